import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { natsFailure } from '../../host/forbidden.ts';
import { objectSubjects } from './object-info.ts';

/** What is not answered within this time is not: the 8 MiB that a put has on their way take it on a line of 7 Mbit/s. */
const REQUEST_MS: Milliseconds = 10_000;

/** JetStream's API error numbers for "there is no room": of the account, the server, its disk, the stream. */
const FULL = new Set([10_002, 10_023, 10_047, 10_077]);

/** A compare-and-set that was lost; the second number while what was faster is still on its way to the copies. */
const WRONG_LAST_SEQUENCE = new Set<number>([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

/** Name of an experiment's bucket, e.g. for `nats object ls`. */
export const bucketName = (experiment: string): string => `${experiment}_events`;

/** An object store bucket, and how to speak to its server. */
export interface Bucket {
  readonly name: string;
  readonly stream: string;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

export interface BucketOptions {
  readonly name: string;
  readonly maxBytes: number;
  readonly replicas: number;
  /** Whether to make it where there is none, and to bring it to these limits; done unless it is false. */
  readonly make?: boolean;
  /** Longest wait for an answer. */
  readonly requestMs?: Milliseconds;
}

/** Opens a bucket, which is made where there is none and brought to these limits. @throws SpillwayError EVENT_STORE_AWAY */
export async function openBucket(connection: NatsConnection, options: BucketOptions): Promise<Bucket> {
  const wanted = streamConfig(options);
  const timeout = options.requestMs ?? REQUEST_MS;
  try {
    const jsm = await jetstreamManager(connection, { timeout });
    const found = await infoOrUndefined(jsm, wanted.name);
    if (options.make ?? true) await makeOrChange(jsm, found, wanted);
    else if (!found) throw new Error('it is not there; `spillway streams` makes it');
    const js = jetstream(connection, { timeout });
    return { name: options.name, stream: wanted.name, connection, js, jsm };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw natsFailure('EVENT_STORE_AWAY', `bucket ${options.name} of JetStream: ${why}`, cause);
  }
}

async function makeOrChange(
  jsm: JetStreamManager,
  found: StreamInfo | undefined,
  wanted: ReturnType<typeof streamConfig>,
): Promise<void> {
  if (!found) await jsm.streams.add(wanted);
  else if (found.config.max_bytes !== wanted.max_bytes || found.config.num_replicas !== wanted.num_replicas)
    await jsm.streams.update(wanted.name, wanted);
}

/** As the Object Store of every client library makes it, with limits. */
const streamConfig = ({ name, maxBytes, replicas }: BucketOptions) =>
  ({
    name: `OBJ_${name}`,
    description: 'bodies of detector events, maps and ODBs, which messages refer to',
    subjects: [objectSubjects.allChunks(name), objectSubjects.allMeta(name)],
    storage: StorageType.File,
    num_replicas: replicas,
    max_bytes: maxBytes,
    // What is full takes nothing more; it never makes room by forgetting.
    discard: DiscardPolicy.New,
    allow_direct: true,
    allow_rollup_hdrs: true,
  }) satisfies Partial<StreamConfig>;

async function infoOrUndefined(jsm: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(stream);
  } catch (thrown) {
    if (isNoBucket(thrown)) return undefined;
    throw thrown;
  }
}

export const isNoBucket = (thrown: unknown): boolean =>
  thrown instanceof JetStreamApiError && thrown.code === JetStreamApiCodes.StreamNotFound;

/** Whether a compare-and-set was lost. */
export const isConflict = (thrown: unknown): boolean =>
  thrown instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(thrown.code);

/** What went wrong between us and the bucket. */
export function bucketError({ name }: Bucket, failure: string, cause: unknown): SpillwayError {
  if (cause instanceof SpillwayError) return cause;
  if (cause instanceof JetStreamApiError && FULL.has(cause.code))
    return new SpillwayError('EVENT_STORE_FULL', `${failure}: bucket ${name} is full: ${cause.message}`, {
      cause,
    });
  const why = cause instanceof Error ? cause.message : String(cause);
  return natsFailure('EVENT_STORE_AWAY', `${failure}: bucket ${name} does not answer: ${why}`, cause);
}
