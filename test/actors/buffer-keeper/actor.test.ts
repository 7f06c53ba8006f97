import { expect, test } from 'vitest';
import { z } from 'zod';
import { bufferKeeper } from '../../../actors/buffer-keeper/actor.ts';
import { BufferKeeperConfig } from '../../../actors/buffer-keeper/config.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { type Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { type ActorDefinition, work } from '../../../runtime/actor.ts';
import { readAll, replay } from '../../../runtime/commands/dead.ts';
import type { EventStore } from '../../../runtime/event-store/event-store.ts';
import { jetStreamEventStore } from '../../../runtime/event-store/jetstream/store.ts';
import { type HostOptions, runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { type EventShape, storedEvent } from '../../helpers/camera-events.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer, type TestNats } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const MIB = 1024 ** 2;
const DAY = 86_400_000;

interface Stack extends AsyncDisposable {
  readonly server: TestNats;
  readonly nats: Nats;
  readonly store: EventStore;
  /** Puts an event into the store and tells of it, as the intake does. */
  take(serial: number, shape?: EventShape): Promise<RawEvent>;
  /** Runs an actor until the scope ends or it is stopped; the figures of its last heartbeat. */
  run<Config>(actor: ActorDefinition<Config>, config: Config, over?: Partial<HostOptions>): Running;
  /** Serials of the events that are in the store. */
  there(): Promise<number[]>;
}

interface Running {
  readonly stop: () => Promise<void>;
  readonly health: () => Readonly<Record<string, number>>;
}

async function stackOf(): Promise<Stack> {
  const owned = new AsyncDisposableStack();
  const server = owned.use(await natsServer());
  const nats = owned.use(await openTestNats(server.url));
  const bucket = { name: 'test_events', maxBytes: 16 * MIB, replicas: 1, requestMs: 500 };
  const store = jetStreamEventStore(nats.connection, bucket);
  return {
    server,
    nats,
    store,
    async take(serial, shape) {
      const body = await storedEvent(store, new Uint8Array(MIB).fill(serial), { serial, ...shape });
      await publish(nats, { type: rawEvent, body }, [], { deadlineMs: 5_000 });
      return body;
    },
    run(actor, config, over) {
      const stopping = new AbortController();
      let last: Health | undefined;
      const ended = runActor(actor, config, {
        ...hostOptions(nats, stopping.signal, { eventStore: store, heartbeatMs: 50, ...over }),
        onHealth: beat => (last = beat),
      });
      const stop = async () => {
        stopping.abort();
        await ended;
      };
      owned.defer(stop);
      return { stop, health: () => last?.figures ?? {} };
    },
    there: async () =>
      (await store.list())
        .map(({ name }) => Number(name.split('/')[4]))
        .toSorted((one, other) => one - other),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Takes the events of the trigger as the sentinel does, and does with each what the test says. */
const readerOf = (
  read: (event: RawEvent) => Promise<void> | void,
  name = 'sentinel',
): ActorDefinition<undefined> => ({
  name,
  summary: 'reads events',
  consumes: ['EVENT'],
  produces: [],
  config: z.undefined(),
  start: async () => ({
    lanes: [
      work<RawEvent>({
        stream: 'EVENT',
        subject: subjects.rawEventsOf('test', 'Trigger'),
        types: [rawEvent],
        concurrency: 4,
        vanishedAfterMs: 10_000,
        attempts: 1,
        work: async ({ message }) => read(message.body),
      }),
    ],
    [Symbol.asyncDispose]: async () => undefined,
  }),
});

const keeperConfig = (over: z.input<typeof BufferKeeperConfig> = {}) =>
  BufferKeeperConfig.parse({ interval: '20ms', ...over });

const never = new Promise<void>(() => {});

const settled = async (stack: Stack, serials: readonly number[], what: string) =>
  until(async () => String(await stack.there()) === String(serials), { what });

test('what the sentinel has done goes and what it has not stays, also over a restart of the keeper', async () => {
  await using stack = await stackOf();
  for (const serial of [1, 2]) await stack.take(serial);
  const first = stack.run(bufferKeeper, keeperConfig());
  // Nobody has read anything yet, for nobody is there.
  await until(() => first.health()['bodies'] === 2, { what: 'a look at the store' });
  const freed = Promise.withResolvers<void>();
  stack.run(
    readerOf(({ serial }) => (serial === 3 ? freed.promise : undefined)),
    undefined,
  );
  await settled(stack, [], 'events 1 and 2 to go');
  await until(() => first.health()['removedRead'] === 2, { what: 'the count of two' });
  await first.stop();

  for (const serial of [3, 4]) await stack.take(serial);
  const second = stack.run(bufferKeeper, keeperConfig());
  await until(() => second.health()['bodies'] === 2, { what: 'a look at the store' });
  expect(second.health()).toMatchObject({ bytes: 2 * MIB, removedRead: 0, removedUnread: 0 });
  freed.resolve();
  await settled(stack, [], 'events 3 and 4 to go');
  await until(() => second.health()['removedRead'] === 2, { what: 'the count of two' });
  expect(second.health()).toMatchObject({ bodies: 0, bytes: 0, oldestAgeSeconds: 0, removedUnread: 0 });
});

test('what the sentinel gave up on stays for a replay, and goes once that is done, or it is forgotten', async () => {
  await using stack = await stackOf();
  let broken = true;
  const again = Promise.withResolvers<void>();
  const reader = readerOf(async ({ serial }) => {
    if (broken && serial !== 2) throw new SpillwayError('PEDESTAL_NONE', 'no pedestal fits');
    if (!broken) await again.promise;
  });
  stack.run(reader, undefined);
  for (const serial of [1, 2, 3]) await stack.take(serial);
  const keeper = stack.run(bufferKeeper, keeperConfig());
  await settled(stack, [1, 3], 'the event that was read to go');
  const letters = await readAll(stack.nats);
  expect(letters).toHaveLength(2);

  broken = false;
  const forget = (seq: number) => stack.nats.jsm.streams.deleteMessage(serverName('test', 'DEAD'), seq);
  for (const letter of letters) {
    const { serial } = rawEvent.decode(letter.data);
    if (serial === 1) await replay(stack.nats, letter);
    await forget(letter.seq);
  }
  await settled(stack, [1], 'what was forgotten to go, and what is replayed to stay');
  again.resolve();
  await settled(stack, [], 'what was replayed to go');
  await until(() => keeper.health()['removedRead'] === 3, { what: 'the count of three' });
});

test('events of a pedestal run stay until every camera has its pedestal, though the sentinel has passed them by', async () => {
  await using stack = await stackOf();
  stack.run(
    readerOf(() => {}),
    undefined,
  );
  const keeper = stack.run(bufferKeeper, keeperConfig());
  for (const serial of [1, 2]) await stack.take(serial, { run: 4, runOf: { pedestal: true } });
  await stack.take(9, { run: 5 });
  await settled(stack, [1, 2], 'the event of the data run to go');
  const made = (camera: number): Pedestal => ({
    site: 'lngs',
    detector: 'lime',
    run: 4,
    camera,
    cameras: [0, 1],
    version: 1,
    startedAt: { seconds: 1, nanoseconds: 0 },
    pedestal: true,
    highVoltage: false,
    exposure: 0.3,
    madeAt: { seconds: 2, nanoseconds: 0 },
    events: 2,
    leftOut: [],
    outcome: { kind: 'refused', code: 'PEDESTAL_UNUSABLE', reason: 'two pictures' },
  });
  const tell = (camera: number) =>
    publish(stack.nats, { type: pedestal, body: made(camera) }, [], { deadlineMs: 5_000 });
  await tell(0);
  await stack.take(10, { run: 6 });
  await settled(stack, [1, 2], 'another look to be over');
  await tell(1);
  await settled(stack, [], 'the pedestal run to go');
  await until(() => keeper.health()['removedRead'] === 4, { what: 'the count of four' });
  expect(keeper.health()).toMatchObject({ bodies: 0, removedUnread: 0 });
});

test('when there are too many the oldest go, read or not, and are counted as unread', async () => {
  await using stack = await stackOf();
  stack.run(
    readerOf(() => never),
    undefined,
  );
  for (const serial of [1, 2, 3, 4]) await stack.take(serial);
  const keeper = stack.run(bufferKeeper, keeperConfig({ maxBytes: '2MiB' }));
  await settled(stack, [3, 4], 'the two oldest to go');
  await until(() => keeper.health()['removedUnread'] === 2, { what: 'the count of two' });
  expect(keeper.health()).toMatchObject({ bodies: 2, bytes: 2 * MIB, removedRead: 0, maxBytes: 2 * MIB });
});

test('what is too old goes, read or not, and so does what no message ever spoke of', async () => {
  await using stack = await stackOf();
  stack.run(
    readerOf(() => never),
    undefined,
  );
  for (const serial of [1, 2]) await stack.take(serial);
  await storedEvent(stack.store, new Uint8Array(10), { serial: 3 });
  const later = { clock: () => Date.now() + 2 * DAY };
  const keeper = stack.run(bufferKeeper, keeperConfig({ age: '3d' }), later);
  await settled(stack, [1, 2], 'the one that nobody speaks of to go');
  await until(() => (keeper.health()['oldestAgeSeconds'] ?? 0) > (2 * DAY) / 1_000 - 1, { what: 'the age' });
  await keeper.stop();
  const next = stack.run(bufferKeeper, keeperConfig({ age: '1d' }), later);
  await settled(stack, [], 'the old ones to go');
  await until(() => next.health()['removedUnread'] === 2, { what: 'the count of two' });
  expect(next.health()).toMatchObject({ bodies: 0, removedRead: 0 });
});

test('NATS going away and coming back costs nothing but time', async () => {
  await using stack = await stackOf();
  await stack.take(1);
  const keeper = stack.run(bufferKeeper, keeperConfig());
  await until(() => keeper.health()['bodies'] === 1, { what: 'a look at the store' });
  await stack.server.kill();
  await stack.server.restart();
  await until(async () => (await stack.there()).length === 1, { what: 'NATS' });
  stack.run(
    readerOf(() => {}),
    undefined,
  );
  await settled(stack, [], 'the event to go');
  await until(() => keeper.health()['removedRead'] === 1, { what: 'the count of one' });
  expect(keeper.health()).toMatchObject({ bodies: 0, removedUnread: 0 });
});
