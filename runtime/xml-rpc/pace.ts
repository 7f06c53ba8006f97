import type { Clock, Milliseconds } from '../../protocol/time.ts';

/** A body of this length is read at once, whoever sends it: a callback of a thousand devices has no more. */
const AT_ONCE = 256 * 1024;

/** Shares out how many bytes a second are read of those who have not shown yet that they are worth it. */
export class Pace {
  readonly #bytesPerSecond: number;
  readonly #clock: Clock;
  #freeAt: Milliseconds = 0;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
  }

  /** For one body: told of each piece, says how long to wait before the next. */
  ofBody(): (bytes: number) => Milliseconds {
    let total = 0;
    return bytes => {
      total += bytes;
      if (total <= AT_ONCE) return 0;
      const now = this.#clock();
      this.#freeAt = Math.max(this.#freeAt, now) + (bytes / this.#bytesPerSecond) * 1_000;
      return this.#freeAt - now;
    };
  }
}
