import type { Context } from 'hono';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';

/** A body in JSON, under its own name: a form of another site cannot send that unasked. */
export async function readJson(c: Context<GatewayEnv>): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    throw new Refusal('REQUEST_INVALID', 'the body must be application/json', { status: 415 });
  try {
    return await c.req.json();
  } catch {
    throw new Refusal('REQUEST_INVALID', 'the body is not JSON');
  }
}
