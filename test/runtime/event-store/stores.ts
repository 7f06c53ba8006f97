import type { EventStore } from '../../../runtime/event-store/event-store.ts';
import { openEventStore } from '../../../runtime/event-store/open.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';
import { natsServer } from '../../helpers/nats.ts';
import { s3Server } from '../../helpers/s3-server.ts';
import { openTestNats } from '../../helpers/streams.ts';

/** A store for one test, and a second client of it as another process would have it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: EventStore;
  readonly other: EventStore;
}

const MIB = 1024 ** 2;

/** Every kind of event store, each of which must keep the same promises. */
export const stores: Readonly<Record<string, () => Promise<StoreUnderTest>>> = {
  async memory() {
    const store = memoryEventStore();
    return { store, other: store, [Symbol.asyncDispose]: async () => {} };
  },
  async jetstream() {
    const owned = new AsyncDisposableStack();
    const server = owned.use(await natsServer());
    const open = async () =>
      openEventStore({ kind: 'jetstream', maxBytes: 64 * MIB }, owned.use(await openTestNats(server.url)), 1);
    const [store, other] = [await open(), await open()];
    return { store, other, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  },
  async s3() {
    const owned = new AsyncDisposableStack();
    const server = owned.use(await s3Server());
    const open = async () =>
      owned.use(
        await openEventStore(server.config, { connection: never, experiment: 'test', makesStreams: true }, 1),
      );
    return { store: await open(), other: await open(), [Symbol.asyncDispose]: () => owned.disposeAsync() };
  },
};

/** An S3 store must not touch NATS. */
const never = new Proxy({} as never, {
  get: (_target, name) => {
    throw new Error(`NATS was asked for ${String(name)}`);
  },
});
