import type { AlarmState } from '../../protocol/alarm/alarm-state.ts';
import type { AlarmNews, ServerMessage } from '../../protocol/live.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';

/** What people look for: to be worked on, seen to, put aside, or what happened. */
export const TABS = ['active', 'acknowledged', 'shelved', 'history'] as const;
export type Tab = (typeof TABS)[number];

const OF_TAB: Readonly<Record<AlarmState, Tab | undefined>> = {
  unacknowledged: 'active',
  'returned-unacknowledged': 'active',
  'latched-unacknowledged': 'active',
  acknowledged: 'acknowledged',
  'latched-acknowledged': 'acknowledged',
  shelved: 'shelved',
  suppressed: 'shelved',
  'out-of-service': 'shelved',
  normal: undefined,
};

const SEVERITIES = ['NO_ALARM', 'MINOR', 'INVALID', 'MAJOR'];
const rank = ({ severity, peak }: AlarmChange): number =>
  SEVERITIES.indexOf(severity === 'NO_ALARM' ? peak : severity);

/** How many changes the page remembers for its history. */
const HISTORY = 500;

const millis = ({ at }: AlarmChange): number => at.seconds * 1000 + at.nanoseconds / 1e6;

/** All alarms as the page knows them. */
export class AlarmBook {
  readonly #alarms = new Map<string, AlarmChange>();
  #history: AlarmChange[] = [];

  /** @returns whether anything is different now */
  take(message: ServerMessage): boolean {
    if (message.type === 'snapshot') {
      this.#alarms.clear();
      for (const change of message.alarms) this.#alarms.set(change.alarm, change);
      this.#history = message.alarms.toSorted((a, b) => millis(a) - millis(b)).slice(-HISTORY);
      return true;
    }
    return message.type === 'alarm' && this.#change(message);
  }

  get(alarm: string): AlarmChange | undefined {
    return this.#alarms.get(alarm);
  }

  /** Most severe first, then latest. History: latest first. */
  list(tab: Tab): readonly AlarmChange[] {
    if (tab === 'history') return this.#history.toReversed();
    return [...this.#alarms.values()]
      .filter(({ to }) => OF_TAB[to] === tab)
      .toSorted((a, b) => rank(b) - rank(a) || millis(b) - millis(a));
  }

  count(tab: Tab): number {
    return [...this.#alarms.values()].filter(({ to }) => OF_TAB[to] === tab).length;
  }

  /** A change told twice, or one older than what is known, is no news. */
  #change({ change }: AlarmNews): boolean {
    const known = this.#alarms.get(change.alarm);
    if (known && known.transition >= change.transition) return false;
    this.#alarms.set(change.alarm, change);
    this.#history.push(change);
    if (this.#history.length > HISTORY) this.#history.shift();
    return true;
  }
}

/** Whether people are to be called: it is new or worse, and nobody has seen it yet. */
export const isCall = ({ from, to, severity, severityBefore }: AlarmChange): boolean =>
  to === 'unacknowledged' &&
  (from !== 'unacknowledged' || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(severityBefore));
