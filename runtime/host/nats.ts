import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { type Credentials, connectionOptions, isGuarded } from '../nats-access/credentials.ts';
import { OPERATOR } from '../nats-access/user.ts';
import { onceJetStreamAnswers } from './await-jetstream.ts';
import { pause } from './back-off.ts';
import { seekBetterServer } from './better-server.ts';
import { natsFailure, tellRefusals } from './forbidden.ts';
import type { Site } from './sites.ts';
import { ensureStateBucket, stateBucket } from './state-bucket.ts';
import { awaitStreams, ensureStreams } from './streams.ts';

/** A request lost with a connection is asked again by whoever sent it; waiting long for it only delays that. */
const REQUEST_MS = 2_000;

export interface NatsOptions extends Credentials {
  readonly servers: readonly string[];
  readonly experiment: string;
  /** Name of the connection as operators see it in NATS. */
  readonly name: string;
  /** Copies of every stream in a cluster: 1, 3 or 5. */
  readonly replicas: number;
  /** Remote sites whose streams are taken over, where this is their hub. */
  readonly sites?: readonly Site[] | undefined;
  /** Who connects, where each has a key of its own: an actor, or else the operator. */
  readonly as?: string;
}

/** The client's view of NATS, with the streams of the experiment in place. */
export interface Nats extends AsyncDisposable {
  readonly experiment: string;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Snapshots, batch plans and leases, one key each. */
  readonly state: KV;
  /** Whether we may make streams and buckets; an actor with a key of its own finds them there. */
  readonly makesStreams: boolean;
}

/**
 * Connects, waiting for a server that is not there yet and for a cluster that has no leader yet, and makes sure that streams
 * exist: makes them, or waits for an operator to do so where this user may not. From then on the connection is kept for ever:
 * a server that goes away is waited for, and calls made meanwhile fail; one that stays without JetStream is left for another.
 *
 * @throws SpillwayError NATS_AWAY when the signal aborts first, or JetStream does not answer; STREAMS_MISSING when it aborts
 *   and there are none; NATS_FORBIDDEN; CONFIG_INVALID when there is no key for this user.
 */
export async function openNats(options: NatsOptions, log: Logger, signal: AbortSignal): Promise<Nats> {
  const { servers, experiment, replicas, sites, as = OPERATOR } = options;
  const connection = await connectPatiently(options, connectionOptions(options, experiment, as), log, signal);
  const makesStreams = as === OPERATOR || !isGuarded(options);
  tellRefusals(connection, as, log);
  const gone = new AbortController();
  try {
    const { jsm, js } = await onceJetStreamAnswers(
      connection,
      async () => {
        const jsm = await jetstreamManager(connection, { timeout: REQUEST_MS });
        if (makesStreams) {
          await ensureStreams(jsm, experiment, replicas, sites);
          await ensureStateBucket(jsm, experiment, replicas, connection.info?.version ?? '');
        } else await awaitStreams(jsm, experiment, log, signal);
        return { jsm, js: jetstream(connection, { timeout: REQUEST_MS }) };
      },
      log,
      signal,
    );
    const state = await new Kvm(js).open(stateBucket(experiment));
    if (servers.length > 1) void seekBetterServer(connection, jsm, log, gone.signal);
    return {
      experiment,
      connection,
      js,
      jsm,
      state,
      makesStreams,
      async [Symbol.asyncDispose]() {
        gone.abort();
        await connection.close();
      },
    };
  } catch (cause) {
    await connection.close();
    if (cause instanceof SpillwayError) throw cause;
    throw natsFailure('NATS_AWAY', 'NATS answers, but JetStream does not', cause);
  }
}

async function connectPatiently(
  { servers, name }: NatsOptions,
  credentials: Partial<ConnectionOptions>,
  log: Logger,
  signal: AbortSignal,
): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect({
        servers: [...servers],
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 100,
        pingInterval: 10_000,
        // Capturing a stack for every request costs more than encoding it; our errors name the request themselves.
        noAsyncTraces: true,
        timeout: 2_000,
        ...credentials,
      });
    } catch (cause) {
      const refused = whyRefused(cause);
      if (signal.aborted || refused) {
        const why = refused ?? 'does not answer';
        throw new SpillwayError('NATS_AWAY', `NATS at ${servers.join(', ')} ${why}`, { cause });
      }
      if (attempt === 1) log.warn({ code: 'NATS_AWAY', servers }, 'waiting for NATS');
      await pause(300, signal);
    }
  }
}

/** What waiting does not mend; undefined for what it may. */
function whyRefused(thrown: unknown): string | undefined {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    if (/authorization|authentication/i.test(cause.message))
      return 'refuses this user, password, token or key';
    if (/does not support 'tls'/.test(cause.message)) return 'has no TLS, and nats.tls asks for it';
    const code = 'code' in cause ? String(cause.code) : '';
    if (/^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(code))
      return `shows a certificate that is not trusted (${code}); nats.tls.ca names whom to trust`;
  }
  return undefined;
}
