import { isActive } from '../../../protocol/alarm/alarm-state.ts';
import { type Severity, worse } from '../../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';

/** What one alarm would have done. */
export interface AlarmTally {
  readonly alarm: string;
  readonly title: string;
  /** How often it would have become active. */
  fired: number;
  /** The same by machine mode. */
  readonly byMode: Record<string, number>;
  severity: Severity;
  /** Milliseconds that it would have been active, all together and at a stretch, within the range. */
  activeMs: Milliseconds;
  longestMs: Milliseconds;
  first: Milliseconds;
  last: Milliseconds;
  /** Still active at the end of the range. */
  active: boolean;
}

interface Following {
  readonly tally: AlarmTally;
  /** Since when it is active. */
  since: Milliseconds | undefined;
}

/** Counts what alarms do within a range; what happened before it only says how things stood at its begin. */
export class Tally {
  readonly #from: Milliseconds;
  readonly #alarms = new Map<string, Following>();

  constructor(from: Milliseconds) {
    this.#from = from;
  }

  see(change: AlarmChange): void {
    const at = eventTimeToMs(change.at);
    const active = isActive(change.to);
    const following = this.#follow(change, active);
    if (!following) return;
    const { tally, since } = following;
    if (active) tally.severity = worse(tally.severity, change.severity);
    if (active && since === undefined) {
      following.since = at;
      if (at >= this.#from) this.#fired(tally, change.mode, at);
    } else if (!active && since !== undefined) {
      following.since = undefined;
      this.#lasted(tally, since, at);
    }
  }

  /** Those that were active at all, the most frequent first. */
  end(to: Milliseconds): AlarmTally[] {
    for (const { tally, since } of this.#alarms.values()) {
      tally.active = since !== undefined;
      if (since !== undefined) this.#lasted(tally, since, to);
    }
    return [...this.#alarms.values()]
      .map(({ tally }) => tally)
      .filter(({ fired, activeMs }) => fired > 0 || activeMs > 0)
      .toSorted((a, b) => b.fired - a.fired || b.activeMs - a.activeMs || (a.alarm < b.alarm ? -1 : 1));
  }

  #follow({ alarm, title, severity }: AlarmChange, active: boolean): Following | undefined {
    const known = this.#alarms.get(alarm);
    if (known || !active) return known;
    const tally: AlarmTally = {
      alarm,
      title,
      fired: 0,
      byMode: {},
      severity,
      activeMs: 0,
      longestMs: 0,
      first: Number.NaN,
      last: Number.NaN,
      active: true,
    };
    const following = { tally, since: undefined };
    this.#alarms.set(alarm, following);
    return following;
  }

  #fired(tally: AlarmTally, mode: string, at: Milliseconds): void {
    tally.fired += 1;
    tally.byMode[mode] = (tally.byMode[mode] ?? 0) + 1;
    if (Number.isNaN(tally.first)) tally.first = at;
    tally.last = at;
  }

  #lasted(tally: AlarmTally, since: Milliseconds, until: Milliseconds): void {
    const lasted = Math.max(0, until - Math.max(since, this.#from));
    tally.activeMs += lasted;
    tally.longestMs = Math.max(tally.longestMs, lasted);
  }
}
