import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { pause } from './back-off.ts';
import { forbidden } from './forbidden.ts';

const AGAIN_MS = 500;

/** JetStream's word for "not now": there is no leader. */
const UNAVAILABLE = 503;

/** JetStream's API error number for "too few servers for so many copies": the others may yet come. */
const NO_PEERS = 10005;

/**
 * Asks until JetStream can answer: a cluster without a leader says nothing, or that it is unavailable, which is over after an
 * election or when enough of its servers are back.
 * @throws whatever was thrown last, when the signal aborts, or when waiting will not mend it: a server without JetStream, a refusal
 */
export async function onceJetStreamAnswers<T>(
  connection: NatsConnection,
  ask: () => Promise<T>,
  log: Logger,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (thrown) {
      if (signal.aborted || connection.isClosed() || !passes(connection, thrown)) throw thrown;
      const server = connection.getServer();
      if (attempt === 1) log.warn({ code: 'NATS_AWAY', server, err: thrown }, 'waiting for JetStream');
      await pause(AGAIN_MS, signal);
    }
  }
}

function passes(connection: NatsConnection, thrown: unknown): boolean {
  if (thrown instanceof JetStreamApiError) return thrown.status === UNAVAILABLE || thrown.code === NO_PEERS;
  if (thrown instanceof SpillwayError || forbidden(thrown)) return false;
  // A server that has no JetStream, and is in no cluster that has it, does not get it by being asked again.
  return connection.info?.jetstream === true;
}
