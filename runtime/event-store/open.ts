import type { Nats } from '../host/nats.ts';
import type { EventStoreConfig } from './config.ts';
import type { EventStore } from './event-store.ts';
import { bucketName, openBucket } from './jetstream/bucket.ts';
import { jetStreamEventStore } from './jetstream/store.ts';

/** The event store of an experiment, where the configuration says. Nothing is connected to before it is used. */
export async function openEventStore(
  config: EventStoreConfig,
  { connection, experiment, makesStreams }: Pick<Nats, 'connection' | 'experiment' | 'makesStreams'>,
  replicas: number,
): Promise<EventStore & AsyncDisposable> {
  if (config.kind === 's3') {
    // Its HTTP client and XML parser are a tenth of a second of every start that has no use for them.
    const { s3EventStore } = await import('./s3/store.ts');
    return s3EventStore(config, experiment);
  }
  const bucket = { name: bucketName(experiment), maxBytes: config.maxBytes, replicas, make: makesStreams };
  return { ...jetStreamEventStore(connection, bucket), [Symbol.asyncDispose]: async () => {} };
}

/** Makes the bucket in NATS, or brings it to these limits, for actors that may not. @throws SpillwayError EVENT_STORE_AWAY */
export async function ensureEventStore(
  { connection, experiment }: Pick<Nats, 'connection' | 'experiment'>,
  { maxBytes }: { readonly maxBytes: number },
  replicas: number,
): Promise<void> {
  await openBucket(connection, { name: bucketName(experiment), maxBytes, replicas });
}
