import type { AlarmState } from '../../protocol/alarm/alarm-state.ts';
import { compareSeverity, type Severity } from '../../protocol/alarm/severity.ts';
import type { ServerMessage } from '../../protocol/live.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { withItem, withoutItem } from './ordered.ts';
import { millis, shownSeverity } from './words.ts';

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

export const tabOf = ({ to }: Pick<AlarmChange, 'to'>): Tab | undefined => OF_TAB[to];

/** Most severe first, then latest. */
const byWeight = (a: AlarmChange, b: AlarmChange): number =>
  compareSeverity(shownSeverity(b), shownSeverity(a)) || millis(b.at) - millis(a.at);

/** How many changes the page remembers for its history. */
const HISTORY = 500;

/** All alarms as the page knows them. */
export class AlarmBook {
  readonly #alarms = new Map<string, AlarmChange>();
  #history: AlarmChange[] = [];
  /** Sorted lists, until something of theirs changes: there may be tens of thousands of alarms. */
  readonly #lists = new Map<Tab, readonly AlarmChange[]>();

  #ofOne: { alarm: string; all: readonly AlarmChange[]; list: readonly AlarmChange[] } | undefined;
  #generation = 0;

  /** @returns whether anything is different now */
  take(message: ServerMessage): boolean {
    if (message.type === 'snapshot') {
      this.#alarms.clear();
      this.#lists.clear();
      this.#generation++;
      for (const change of message.alarms) this.#alarms.set(change.alarm, change);
      this.#remember(message.alarms);
      return true;
    }
    return message.type === 'alarm' && this.#change(message.change);
  }

  get(alarm: string): AlarmChange | undefined {
    return this.#alarms.get(alarm);
  }

  /** Most severe first, then latest. History: latest first. The same list for as long as nothing of it changes. */
  list(tab: Tab): readonly AlarmChange[] {
    let list = this.#lists.get(tab);
    if (!list) {
      list =
        tab === 'history'
          ? this.#history.toReversed()
          : [...this.#alarms.values()].filter(change => tabOf(change) === tab).toSorted(byWeight);
      this.#lists.set(tab, list);
    }
    return list;
  }

  count(tab: Tab): number {
    return this.list(tab).length;
  }

  /** Worst severity that nobody has acknowledged. */
  get worst(): Severity {
    const [first] = this.list('active');
    return first ? shownSeverity(first) : 'NO_ALARM';
  }

  /** What the page has seen of one alarm, latest first. The same list for as long as nothing of it changes. */
  historyOf(alarm: string): readonly AlarmChange[] {
    const all = this.list('history');
    if (this.#ofOne?.alarm !== alarm || this.#ofOne.all !== all)
      this.#ofOne = { alarm, all, list: all.filter(change => change.alarm === alarm) };
    return this.#ofOne.list;
  }

  /** Counts the times at which everything came anew: between two of them changes may be missing. */
  get generation(): number {
    return this.#generation;
  }

  /** A change told twice, or one older than what is known, is no news. */
  #change(change: AlarmChange): boolean {
    const known = this.#alarms.get(change.alarm);
    if (known && known.transition >= change.transition) return false;
    if (change.cause === 'removed') this.#alarms.delete(change.alarm);
    else this.#alarms.set(change.alarm, change);
    this.#history.push(change);
    if (this.#history.length > HISTORY) this.#history.shift();
    this.#lists.delete('history');
    this.#alter(known && tabOf(known), list => (known ? withoutItem(list, known) : list));
    this.#alter(tabOf(change), list => withItem(list, change, byWeight));
    return true;
  }

  #alter(tab: Tab | undefined, how: (list: readonly AlarmChange[]) => readonly AlarmChange[]): void {
    const list = tab && this.#lists.get(tab);
    if (list) this.#lists.set(tab, how(list));
  }

  /** A snapshot has the last change of each alarm; what was seen before it stays known. */
  #remember(alarms: readonly AlarmChange[]): void {
    const all = new Map([...this.#history, ...alarms].map(one => [`${one.alarm}:${one.transition}`, one]));
    this.#history = [...all.values()].toSorted((a, b) => millis(a.at) - millis(b.at)).slice(-HISTORY);
  }
}
