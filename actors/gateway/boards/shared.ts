import type { Clock, Milliseconds } from '../../../protocol/time.ts';

interface Entry<Value> {
  readonly made: Promise<Value>;
  readonly abort: AbortController;
  waiting: number;
  /** Until when it is as good as new; undefined while it is being made. */
  until: Milliseconds | undefined;
  size: number;
}

/**
 * Makes each thing once for everybody who asks for it at about the same time, and keeps it for a moment: 500 viewers of a
 * board cost the store one query. What nobody waits for any more is given up.
 */
export class Shared<Value> {
  readonly #clock: Clock;
  readonly #sizeOf: (value: Value) => number;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<Value>>();
  #held = 0;

  /** @param most sum of sizes kept at most */
  constructor(clock: Clock, sizeOf: (value: Value) => number, most: number) {
    this.#clock = clock;
    this.#sizeOf = sizeOf;
    this.#most = most;
  }

  /**
   * @param make makes it; its signal aborts when nobody waits for it any more
   * @param signal aborts when this caller has gone
   */
  async get(
    key: string,
    keepMs: Milliseconds,
    make: (signal: AbortSignal) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value> {
    signal.throwIfAborted();
    const entry = this.#fresh(key) ?? this.#begin(key, keepMs, make);
    const gone = Promise.withResolvers<never>();
    const leave = () => gone.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    entry.waiting++;
    try {
      return await Promise.race([entry.made, gone.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      entry.waiting--;
      if (entry.waiting === 0 && entry.until === undefined) {
        entry.abort.abort();
        this.#drop(key, entry);
      }
    }
  }

  #fresh(key: string): Entry<Value> | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.until === undefined || entry.until > this.#clock()) return entry;
    this.#drop(key, entry);
    return undefined;
  }

  #begin(key: string, keepMs: Milliseconds, make: (signal: AbortSignal) => Promise<Value>): Entry<Value> {
    const abort = new AbortController();
    const entry: Entry<Value> = { made: make(abort.signal), abort, waiting: 0, until: undefined, size: 0 };
    this.#entries.set(key, entry);
    entry.made.then(
      value => {
        if (this.#entries.get(key) !== entry) return;
        entry.until = this.#clock() + keepMs;
        entry.size = this.#sizeOf(value);
        this.#held += entry.size;
        this.#tidy();
      },
      // Whoever waits hears of it; the next one tries again.
      () => this.#drop(key, entry),
    );
    return entry;
  }

  /** The oldest go first, whatever is over and whatever is too much. */
  #tidy(): void {
    const now = this.#clock();
    for (const [key, entry] of this.#entries) {
      if (entry.until === undefined) continue;
      if (entry.until <= now || this.#held > this.#most) this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#held -= entry.size;
  }
}
