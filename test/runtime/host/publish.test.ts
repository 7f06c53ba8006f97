import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { MessageType } from '../../../protocol/message.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../helpers/nats.ts';
import { countMessages, numberIn, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { but } from './odd-nats.ts';

/** A number that is told once: under a subject of its own. */
const onceIn: MessageType<{ readonly n: number }> = {
  ...numberIn('EVENT'),
  unique: true,
  subject: (experiment, { n }) => `${experiment}.event.number.${n}`,
};

const tell = (nats: Nats, n: number) =>
  publish(nats, { type: onceIn, body: { n } }, [], { deadlineMs: 10_000 });

test('what is told once is stored once, also when it is told again after JetStream has forgotten its identity', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const name = serverName('test', 'EVENT');
  await nats.jsm.streams.update(name, { duplicate_window: 100 * 1e6 });
  expect(await tell(nats, 1)).toEqual({ sequence: 1, duplicate: false });
  expect(await tell(nats, 2)).toEqual({ sequence: 2, duplicate: false });
  // Identities are forgotten in the order in which they came: once this one is, those before it are.
  const probe = { ...onceIn, unique: false, subject: () => 'test.event.probe' };
  const known = async () =>
    (await publish(nats, { type: probe, body: { n: 9 } }, [], { deadlineMs: 5_000 })).duplicate;
  expect(await known()).toBe(false);
  await until(async () => !(await known()), { what: 'the end of the duplicate window' });
  await using another = await openTestNats(server.url);
  expect(await tell(another, 1)).toEqual({ sequence: 1, duplicate: true });
  expect(await tell(another, 2)).toEqual({ sequence: 2, duplicate: true });
  expect(await tell(another, 3)).toMatchObject({ duplicate: false });
  // The three, and the probe twice.
  expect(await countMessages(nats, 'EVENT')).toBe(5);
});

test('of many who tell the same at once one has stored it, and the others know where', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const type = { ...onceIn, identity: () => crypto.randomUUID() };
  const all = await Promise.all(
    Array.from({ length: 20 }, () => publish(nats, { type, body: { n: 7 } }, [], { deadlineMs: 10_000 })),
  );
  expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(all.map(({ sequence }) => sequence))).toEqual(new Set([1]));
});

test('a message whose confirmation was lost counts as stored when it is told again', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  let losses = 1;
  const deaf: Nats = {
    ...nats,
    js: but(nats.js, {
      publish: async (...given) => {
        const ack = await nats.js.publish(...given);
        if (losses-- > 0) throw new SpillwayError('NATS_AWAY', 'the answer was lost');
        return ack;
      },
    }),
  };
  const type = { ...onceIn, identity: () => crypto.randomUUID() };
  const told = await publish(deaf, { type, body: { n: 7 } }, [], { deadlineMs: 10_000 });
  expect(told).toEqual({ sequence: 1, duplicate: true });
  expect(await countMessages(nats, 'EVENT')).toBe(1);
});

test('what is replayed after a dead letter does not hide where the first one stands', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await tell(nats, 7);
  await nats.js.publish('test.event.number.7', '{"n":7}');
  const type = { ...onceIn, identity: () => 'another' };
  expect(await publish(nats, { type, body: { n: 7 } }, [], { deadlineMs: 5_000 })).toEqual({
    sequence: 1,
    duplicate: true,
  });
});
