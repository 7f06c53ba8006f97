import type { Milliseconds } from '../../../protocol/time.ts';

/** Passes on the latest of every kind: at once, and then no oftener than every so many milliseconds. */
export class Paced<Value> implements Disposable {
  readonly #everyMs: Milliseconds;
  readonly #pass: (key: string, value: Value) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<string, Value>();

  constructor(everyMs: Milliseconds, pass: (key: string, value: Value) => void) {
    this.#everyMs = everyMs;
    this.#pass = pass;
  }

  offer(key: string, value: Value): void {
    if (this.#timers.has(key)) this.#waiting.set(key, value);
    else this.#send(key, value);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #send(key: string, value: Value): void {
    this.#pass(key, value);
    this.#timers.set(
      key,
      setTimeout(() => this.#next(key), this.#everyMs),
    );
  }

  #next(key: string): void {
    this.#timers.delete(key);
    const value = this.#waiting.get(key);
    if (value === undefined) return;
    this.#waiting.delete(key);
    this.#send(key, value);
  }
}
