import { DiscardPolicy, type JetStreamManager, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { atLeast } from '../embedded/nats/version.ts';
import { ensureStream } from './ensure-stream.ts';

/** Name of the bucket that holds the state of an experiment's actors. */
export const stateBucket = (experiment: string): string => `${experiment}_state`;

/** The stream under it, as every client library names it. */
export const stateStream = (experiment: string): string => `KV_${stateBucket(experiment)}`;

/** First server that lets a message go by itself after its own time. */
const EXPIRING_SINCE = '2.11.0';

/**
 * Makes the bucket, or brings it up to this.
 *
 * It is read from the leader of its stream only. Every replica would answer a direct get, also one that lags behind or is cut
 * off: it would not know of a lease, a plan or a snapshot that was confirmed a moment ago.
 * @param serverVersion of NATS
 */
export async function ensureStateBucket(
  jsm: JetStreamManager,
  experiment: string,
  replicas: number,
  serverVersion: string,
): Promise<void> {
  const wanted: Partial<StreamConfig> = {
    description: "state of the experiment's actors: positions, snapshots, leases",
    subjects: [`$KV.${stateBucket(experiment)}.>`],
    max_msgs_per_subject: 1,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    allow_direct: false,
    // With it, who may write one key could empty the bucket: a header on any message says so.
    allow_rollup_hdrs: false,
    // Never taken back: the server allows it on, and not off.
    ...(atLeast(serverVersion, EXPIRING_SINCE) ? { allow_msg_ttl: true } : {}),
  };
  await ensureStream(jsm, { name: stateStream(experiment), ...wanted });
}
