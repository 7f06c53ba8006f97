import { pino } from 'pino';
import { findNatsServer } from '../runtime/embedded/nats/fetch.ts';

/**
 * Tests that need a nats-server find it in the cache. Without one they fail with the reason; the others
 * run all the same.
 */
export async function setup(): Promise<void> {
  try {
    await findNatsServer({
      env: process.env,
      log: pino({ level: 'silent' }),
      signal: AbortSignal.timeout(300_000),
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}
