import type { Milliseconds } from '../../protocol/time.ts';

export interface BackOff {
  readonly firstMs: Milliseconds;
  readonly maxMs: Milliseconds;
}

/** Doubling, capped, with full jitter in the upper half so that many retriers spread out. */
export const backOffMs = (policy: BackOff, attempt: number, random: () => number): Milliseconds => {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt - 1, 30));
  return ceiling * (0.5 + random() / 2);
};

/** Waits, or returns early when the signal aborts; the caller looks at the signal. */
export const pause = (ms: Milliseconds, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
