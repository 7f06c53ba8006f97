import type { Milliseconds } from '../../protocol/time.ts';
import { DISPLAY_KINDS, type DisplayKind } from './worker/job.ts';

/** When pictures for people are due: the first event after each interval is drawn, for each kind by itself. */
export class DisplayTimes {
  readonly #interval: Milliseconds;
  readonly #due: Map<DisplayKind, Milliseconds>;

  constructor(interval: Milliseconds | 'never') {
    this.#interval = interval === 'never' ? Number.POSITIVE_INFINITY : interval;
    this.#due = new Map(DISPLAY_KINDS.map(kind => [kind, interval === 'never' ? this.#interval : 0]));
  }

  /** The kinds that are due now. They are so again an interval later, or as soon as they are given back. */
  take(now: Milliseconds): DisplayKind[] {
    const due = DISPLAY_KINDS.filter(kind => now >= (this.#due.get(kind) ?? 0));
    for (const kind of due) this.#due.set(kind, now + this.#interval);
    return due;
  }

  /** The event had nothing of this kind to show: the next one may. */
  giveBack(kind: DisplayKind): void {
    this.#due.set(kind, 0);
  }
}
