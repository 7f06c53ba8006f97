import type { Milliseconds } from '../../protocol/time.ts';

/** Wakes whoever waits for what others bring about. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Makes everybody who waits look again. */
  ring(): void {
    for (const look of this.#waiting) look();
  }

  /** Resolves once the condition holds, the time is over, or the signal aborts; what the condition throws is thrown. */
  async until(condition: () => boolean, signal: AbortSignal, timeoutMs?: Milliseconds): Promise<void> {
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    while (!condition() && !signal.aborted) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => resolve();
      this.#waiting.add(look);
      signal.addEventListener('abort', look, { once: true });
      const timer = Number.isFinite(left) ? setTimeout(look, left) : undefined;
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', look);
      this.#waiting.delete(look);
    }
  }
}
