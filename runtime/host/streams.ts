import {
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STREAMS, type StreamName, type StreamSpec, subjects } from '../../protocol/subjects.ts';
import type { StreamId } from '../actor.ts';

/** JetStream's API error number. */
const STREAM_NOT_FOUND = 10059;

/** A stream's name on the server: experiments share a server without sharing streams. */
export const serverName = (experiment: string, stream: StreamName): string =>
  `${experiment.toUpperCase()}_${stream}`;

const streamConfig = (experiment: string, name: StreamName, replicas: number): Partial<StreamConfig> => {
  const spec: StreamSpec = STREAMS[name];
  return {
    name: serverName(experiment, name),
    description: spec.summary,
    subjects: [subjects.ofStream(experiment, name)],
    // What anyone may still need to replay stays, whoever has consumed it.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    compression: StoreCompression.S2,
    num_replicas: replicas,
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    max_msgs_per_subject: spec.maxPerSubject ?? -1,
    duplicate_window: nanos(spec.duplicateWindowMs),
    allow_direct: true,
  };
};

/** Creates what is missing and brings limits up to the table; never deletes. */
export async function ensureStreams(jsm: JetStreamManager, experiment: string, replicas: number) {
  for (const name of Object.keys(STREAMS) as StreamName[]) {
    const wanted = streamConfig(experiment, name, replicas);
    const found = await infoOrUndefined(jsm, serverName(experiment, name));
    if (!found) await jsm.streams.add(wanted as StreamConfig & { name: string });
    else if (differs(found.config, wanted)) await jsm.streams.update(found.config.name, wanted);
  }
}

/** Name and birth of a stream: what positions in it are tied to. */
export async function streamId(
  jsm: JetStreamManager,
  experiment: string,
  name: StreamName,
): Promise<StreamId> {
  const info = await jsm.streams.info(serverName(experiment, name));
  return `${name}@${Date.parse(info.created)}`;
}

async function infoOrUndefined(jsm: JetStreamManager, name: string) {
  try {
    return await jsm.streams.info(name);
  } catch (thrown) {
    if (thrown instanceof JetStreamApiError && thrown.code === STREAM_NOT_FOUND) return undefined;
    throw thrown;
  }
}

const differs = (found: StreamConfig, wanted: Partial<StreamConfig>): boolean =>
  (Object.keys(wanted) as (keyof StreamConfig)[]).some(
    key => JSON.stringify(found[key]) !== JSON.stringify(wanted[key]),
  );
