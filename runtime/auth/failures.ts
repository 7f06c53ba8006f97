import type { Clock, Milliseconds } from '../../protocol/time.ts';

/** Above this many, those whose pause is over are forgotten. */
const MANY = 4096;

/** Counts failures per key; whoever has too many must pause. */
export class Failures {
  readonly #most: number;
  readonly #pauseMs: Milliseconds;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { count: number; lastAt: Milliseconds }>();

  constructor(most: number, pauseMs: Milliseconds, clock: Clock) {
    this.#most = most;
    this.#pauseMs = pauseMs;
    this.#clock = clock;
  }

  /**
   * How long until the key may try again; 0 when it may.
   * @param share how many people may stand behind the key: each is allowed as many failures
   */
  waitMs(key: string, share = 1): Milliseconds {
    const seen = this.#seen.get(key);
    if (!seen || seen.count < this.#most * share) return 0;
    return Math.max(0, seen.lastAt + this.#pauseMs - this.#clock());
  }

  add(key: string): void {
    const now = this.#clock();
    if (this.#seen.size >= MANY) this.#forgetOld(now);
    const seen = this.#seen.get(key);
    const count = seen && now - seen.lastAt < this.#pauseMs ? seen.count : 0;
    this.#seen.set(key, { count: count + 1, lastAt: now });
  }

  forgive(key: string): void {
    this.#seen.delete(key);
  }

  #forgetOld(now: Milliseconds): void {
    for (const [key, { lastAt }] of this.#seen) if (now - lastAt >= this.#pauseMs) this.#seen.delete(key);
  }
}
