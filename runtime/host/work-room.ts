import { Bell } from './bell.ts';

/**
 * Where an instance works: on several messages at once, or on one alone. A process that dies takes everything with it that
 * it has in hand, and only what was alone is known to be the cause.
 */
export class WorkRoom {
  readonly #bell = new Bell();
  #inside = 0;
  #alone = false;
  #wantAlone = 0;

  /** Works once there is room; undefined when the signal aborts before. */
  async within<T>(alone: boolean, signal: AbortSignal, doWork: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#enter(alone, signal))) return undefined;
    try {
      return await doWork();
    } finally {
      this.#inside--;
      this.#alone = false;
      this.#bell.ring();
    }
  }

  async #enter(alone: boolean, signal: AbortSignal): Promise<boolean> {
    let entered = false;
    // Goes in as soon as it may: of two that are woken, the second one looks again.
    const tryDoor = () => {
      // Who wants to be alone goes first, or might wait for ever.
      const free = !this.#alone && (alone ? this.#inside === 0 : this.#wantAlone === 0);
      if (!free || signal.aborted) return false;
      this.#inside++;
      this.#alone = alone;
      return (entered = true);
    };
    if (alone) this.#wantAlone++;
    await this.#bell.until(tryDoor, signal);
    if (alone) this.#wantAlone--;
    if (!entered) this.#bell.ring();
    return entered;
  }
}
