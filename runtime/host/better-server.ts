import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from './back-off.ts';

/** How often the server is asked whether its JetStream answers. */
const ASK_MS = 2_000;

/** Longer than an election takes: while there is none to answer anywhere, no other server is better. */
const PATIENCE_MS: Milliseconds = 12_000;

/**
 * Goes to another server when this one's JetStream has not answered for long: it may be cut off from its cluster, and so
 * will neither store nor give anything until that is mended, while the others do. The client alone stays as long as
 * the connection holds.
 */
export async function seekBetterServer(
  connection: NatsConnection,
  jsm: JetStreamManager,
  log: Logger,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  let answeredAt = performance.now();
  let server = connection.getServer();
  while (!signal.aborted) {
    await pause(ASK_MS, signal);
    if (signal.aborted) return;
    const answers = await jsm.getAccountInfo().then(
      () => true,
      () => false,
    );
    const moved = server !== connection.getServer();
    server = connection.getServer();
    if (answers || moved) answeredAt = performance.now();
    else if (performance.now() - answeredAt > patienceMs) {
      log.warn({ code: 'NATS_AWAY', server }, 'JetStream does not answer at this server; trying another');
      await connection.reconnect().catch(() => undefined);
      answeredAt = performance.now();
    }
  }
}
