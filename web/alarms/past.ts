import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { millis } from './words.ts';

/** A page of what alarms did, the latest first; `next` leads to older ones. */
export interface PastPage {
  readonly changes: readonly AlarmChange[];
  readonly next?: string;
}

/** `nothing`: not asked yet. `some`: there is more. `all`: there is nothing older. */
export type PastState = 'nothing' | 'loading' | 'some' | 'all' | 'failed';

const keyOf = ({ alarm, transition }: AlarmChange): string => `${alarm}:${transition}`;

/** What alarms did before the page was opened: fetched from the store, a page at a time, when somebody wants it. */
export class Past {
  readonly #fetch: (before: string | undefined) => Promise<PastPage>;
  readonly #changed: () => void;
  #changes: readonly AlarmChange[] = [];
  #next: string | undefined;
  #state: PastState = 'nothing';
  #problem = '';
  #seen: readonly AlarmChange[] | undefined;
  #merged: readonly AlarmChange[] = [];

  /** @param changed a page has come, or will not */
  constructor(fetch: (before: string | undefined) => Promise<PastPage>, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  get state(): PastState {
    return this.#state;
  }

  /** Why there is no more, while that is so. */
  get problem(): string {
    return this.#problem;
  }

  /** Fetches the next page, unless one is on its way or there is none. It is loading as soon as this returns. */
  async load(): Promise<void> {
    if (this.#state === 'loading' || this.#state === 'all') return;
    this.#state = 'loading';
    try {
      const { changes, next } = await this.#fetch(this.#next);
      this.#changes = [...this.#changes, ...changes];
      this.#next = next;
      this.#state = next === undefined ? 'all' : 'some';
      this.#seen = undefined;
    } catch (thrown) {
      this.#problem = thrown instanceof Error ? thrown.message : String(thrown);
      this.#state = 'failed';
    }
    this.#changed();
  }

  /**
   * What the page has seen itself and what was fetched, the latest first. What it has seen from before the oldest that was
   * fetched is left out until that is reached: between the two something would be missing.
   */
  with(seen: readonly AlarmChange[]): readonly AlarmChange[] {
    const oldest = this.#changes.at(-1);
    if (!oldest && this.#state !== 'all') return seen;
    if (seen === this.#seen) return this.#merged;
    const from = this.#state === 'all' || !oldest ? Number.NEGATIVE_INFINITY : millis(oldest.at);
    const all = new Map(this.#changes.map(change => [keyOf(change), change]));
    // What was told live is told in full: it wins.
    for (const change of seen) if (millis(change.at) >= from) all.set(keyOf(change), change);
    this.#seen = seen;
    this.#merged = [...all.values()].toSorted(
      (a, b) => millis(b.at) - millis(a.at) || b.transition - a.transition,
    );
    return this.#merged;
  }
}
