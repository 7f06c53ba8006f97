import type { Milliseconds } from '../../protocol/time.ts';

/** Over how long the rate is taken: a few pictures of a slow run. */
const WINDOW_MS = 10_000;
const SLOTS = 10;

/** Bytes a second over the last seconds. */
export class Rate {
  /** When each slot began, and what fell into it. */
  #slots: { readonly from: Milliseconds; bytes: number }[] = [];

  add(bytes: number, now: Milliseconds): void {
    this.#forget(now);
    const slot = this.#slots.at(-1);
    if (slot && now - slot.from < WINDOW_MS / SLOTS) slot.bytes += bytes;
    else this.#slots.push({ from: now, bytes });
  }

  at(now: Milliseconds): number {
    this.#forget(now);
    return Math.round(this.#slots.reduce((sum, { bytes }) => sum + bytes, 0) / (WINDOW_MS / 1000));
  }

  #forget(now: Milliseconds): void {
    this.#slots = this.#slots.filter(({ from }) => now - from < WINDOW_MS);
  }
}

/** What the heartbeat tells; counts are since the start. */
export class Figures {
  /** References stored. */
  events = 0;
  slowReadings = 0;
  runs = 0;
  /** Serials that were left out. */
  missing = 0;
  /** The latest run that was begun or gone on with. */
  run = 0;
  /** Bytes of files that are there and not read. */
  lagBytes = 0;
  /** Runs that are not taken because another one of their number is known. */
  conflicts = 0;
  readonly rate = new Rate();
}
