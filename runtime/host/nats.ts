import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { ensureStreams } from './streams.ts';

/** Name of the bucket that holds the state of an experiment's actors. */
export const stateBucket = (experiment: string): string => `${experiment}_state`;

/** A request lost with a connection is asked again by whoever sent it; waiting long for it only delays that. */
const REQUEST_MS = 2_000;

export interface NatsOptions {
  readonly servers: readonly string[];
  readonly experiment: string;
  /** Name of the connection as operators see it in NATS. */
  readonly name: string;
  /** Copies of every stream in a cluster: 1, 3 or 5. */
  readonly replicas: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** The client's view of NATS, with the streams of the experiment in place. */
export interface Nats extends AsyncDisposable {
  readonly experiment: string;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Snapshots, batch plans and leases, one key each. */
  readonly state: KV;
}

/**
 * Connects, waiting for a server that is not there yet, and makes sure that streams exist. From then on the
 * connection is kept for ever: a server that goes away is waited for, and calls made meanwhile fail.
 *
 * @throws SpillwayError NATS_AWAY when the signal aborts first, or JetStream does not answer.
 */
export async function openNats(options: NatsOptions, log: Logger, signal: AbortSignal): Promise<Nats> {
  const connection = await connectPatiently(options, log, signal);
  try {
    const jsm = await jetstreamManager(connection, { timeout: REQUEST_MS });
    await ensureStreams(jsm, options.experiment, options.replicas);
    const state = await new Kvm(connection).create(stateBucket(options.experiment), {
      history: 1,
      replicas: options.replicas,
    });
    return {
      experiment: options.experiment,
      connection,
      js: jetstream(connection, { timeout: REQUEST_MS }),
      jsm,
      state,
      [Symbol.asyncDispose]: () => connection.close(),
    };
  } catch (cause) {
    await connection.close();
    if (cause instanceof SpillwayError) throw cause;
    throw new SpillwayError('NATS_AWAY', 'NATS answers, but JetStream does not', { cause });
  }
}

async function connectPatiently(
  options: NatsOptions,
  log: Logger,
  signal: AbortSignal,
): Promise<NatsConnection> {
  const { user, password, token } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect({
        servers: [...options.servers],
        name: options.name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 100,
        pingInterval: 10_000,
        // Capturing a stack for every request costs more than encoding it; our errors name the request themselves.
        noAsyncTraces: true,
        timeout: 2_000,
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { pass: password }),
        ...(token === undefined ? {} : { token }),
      });
    } catch (cause) {
      const refused = cause instanceof Error && /authorization|authentication/i.test(cause.message);
      if (signal.aborted || refused) {
        const why = refused ? 'refuses this user, password or token' : 'does not answer';
        throw new SpillwayError('NATS_AWAY', `NATS at ${options.servers.join(', ')} ${why}`, { cause });
      }
      if (attempt === 1) log.warn({ code: 'NATS_AWAY', servers: options.servers }, 'waiting for NATS');
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 300);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
  }
}
