import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  /** What is waited for, in words: the failure message. */
  readonly what?: string;
}

/** Resolves as soon as the condition holds; an error it throws counts as "not yet" and is told at the end. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 30_000, what = 'the condition' }: UntilOptions = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      if (await condition()) return;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline)
      throw new Error(`${what} did not come within ${timeoutMs} ms`, { cause });
    await delay(10);
  }
}
