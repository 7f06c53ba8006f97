import type { Clock, Milliseconds } from '../../protocol/time.ts';

/**
 * The server's clock as this host knows it: what `storedAt` is measured by. Never ahead of it by more than the two clocks
 * drift between two looks, for an answer was given before it came.
 */
export class ServerTime {
  readonly #clock: Clock;
  #ahead: Milliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the server said just now. */
  heard(serverTime: Milliseconds): void {
    this.#ahead = serverTime - this.#clock();
  }

  now(): Milliseconds {
    return this.#clock() + this.#ahead;
  }
}
