import type { Nats } from '../host/nats.ts';
import type { EventStoreConfig } from './config.ts';
import type { EventStore } from './event-store.ts';
import { bucketName } from './jetstream/bucket.ts';
import { jetStreamEventStore } from './jetstream/store.ts';
import { s3EventStore } from './s3/store.ts';

/** The event store of an experiment, where the configuration says. Nothing is connected to before it is used. */
export function openEventStore(
  config: EventStoreConfig,
  { connection, experiment }: Pick<Nats, 'connection' | 'experiment'>,
  replicas: number,
): EventStore & AsyncDisposable {
  if (config.kind === 's3') return s3EventStore(config, experiment);
  const bucket = { name: bucketName(experiment), maxBytes: config.maxBytes, replicas };
  return { ...jetStreamEventStore(connection, bucket), [Symbol.asyncDispose]: async () => {} };
}
