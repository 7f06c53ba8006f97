import type { Context } from 'hono';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';

/** An answer for as long as somebody waits for it. @throws Refusal where they have gone, and what `make` throws */
export async function whileWaiting<Answer>(
  c: Context<GatewayEnv>,
  make: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { signal } = c.req.raw;
  try {
    return await make(signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new Refusal('REQUEST_INVALID', 'whoever asked has gone', { status: 408 });
  }
}
