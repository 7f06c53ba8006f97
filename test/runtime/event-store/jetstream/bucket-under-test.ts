import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { EventStore } from '../../../../runtime/event-store/event-store.ts';
import { type Bucket, openBucket } from '../../../../runtime/event-store/jetstream/bucket.ts';
import { jetStreamEventStore } from '../../../../runtime/event-store/jetstream/store.ts';
import { natsServer, type TestNats } from '../../../helpers/nats.ts';

export const MIB = 1024 ** 2;

/** A real server with a bucket, and everything a test may want to do to it. */
export interface BucketUnderTest extends AsyncDisposable {
  readonly server: TestNats;
  readonly connection: NatsConnection;
  readonly bucket: Bucket;
  readonly store: EventStore;
  /** Chunks by their subject. */
  chunks(): Promise<Record<string, number>>;
}

export async function bucketUnderTest(maxBytes = 64 * MIB): Promise<BucketUnderTest> {
  const owned = new AsyncDisposableStack();
  const server = owned.use(await natsServer());
  const connection = await connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  owned.defer(() => connection.close());
  const options = { name: 'test_events', maxBytes, replicas: 1, requestMs: 1_000 };
  const bucket = await openBucket(connection, options);
  return {
    server,
    connection,
    bucket,
    store: jetStreamEventStore(connection, options),
    async chunks() {
      const { streams } = await jetstreamManager(connection);
      const { state } = await streams.info(bucket.stream, { subjects_filter: '$O.test_events.C.>' });
      return state.subjects ?? {};
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A bucket where something happens to the messages that describe an object. */
export const describing = (
  bucket: Bucket,
  instead: (publish: () => Promise<unknown>) => Promise<unknown>,
): Bucket =>
  publishing(bucket, (subject, publish) =>
    subject.startsWith(`$O.${bucket.name}.M.`) ? instead(publish) : publish(),
  );

/** A bucket whose every message goes through `instead`. */
export const publishing = (
  bucket: Bucket,
  instead: (subject: string, publish: () => Promise<unknown>) => Promise<unknown>,
): Bucket => ({
  ...bucket,
  js: new Proxy(bucket.js, {
    get(js, name) {
      if (name !== 'publish') return Reflect.get(js, name, js) as unknown;
      return (...given: Parameters<typeof js.publish>) => instead(given[0], () => js.publish(...given));
    },
  }),
});
