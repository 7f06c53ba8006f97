import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { HEADERS, type MessageType } from '../../../protocol/message.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { lastPerSubject, latest } from '../../../runtime/host/last-per-subject.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { alarm } from '../../actors/gateway/harness.ts';
import { natsServer } from '../../helpers/nats.ts';
import { numberIn, openTestNats } from '../../helpers/streams.ts';

test('of many alarms each is read once, as it is now, and none is waited for where there is none', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const read = () => lastPerSubject(nats, alarmChange, subjects.alarmChanges('test'));
  expect(await read()).toEqual([]);
  const many = 700;
  const say = (n: number, transition: number) =>
    publish(nats, { type: alarmChange, body: alarm(`daq/a${n}`, { transition }) }, [], { deadlineMs: 5_000 });
  for (const transition of [1, 2])
    await Promise.all(Array.from({ length: many }, (_, n) => say(n, transition)));
  const found = await read();
  expect(new Set(found.map(one => one.alarm)).size).toBe(many);
  expect(found.filter(({ transition }) => transition !== 2)).toEqual([]);
  expect(found).toHaveLength(many);
});

/** A number under a subject of its own. */
const numbered: MessageType<{ readonly n: number }> = {
  ...numberIn('EVENT'),
  subject: (experiment, { n }) => `${experiment}.event.number.${n}`,
};

test('actors are given the last message of each subject that fits, in the order of the stream, and nothing else', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const read = () => latest(nats, numbered, 'test.event.number.*');
  expect(await read()).toEqual([]);
  const say = (n: number, type = numbered) =>
    publish(nats, { type: { ...type, identity: () => crypto.randomUUID() }, body: { n } }, [['made', 7]], {
      deadlineMs: 5_000,
    });
  for (const n of [3, 1, 2, 3]) await say(n);
  await say(4, { ...numbered, subject: () => 'test.event.other.4' });
  await say(5, { ...numbered, type: 'another/1' });
  await nats.js.publish('test.event.number.6', '{"n":', { headers: typed() });
  const found = await read();
  expect(found.map(({ body, sequence }) => [body.n, sequence])).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  expect(found[0]).toMatchObject({ type: 'number/1', subject: 'test.event.number.1', hops: [['made', 7]] });
  expect(found[0]?.stream).toMatch(/^EVENT@\d+$/);
});

test('a message that was replayed for one actor is still the last of its subject', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publish(nats, { type: numbered, body: { n: 1 } }, [], { deadlineMs: 5_000 });
  const header = typed();
  header.set(HEADERS.addressee, 'sentinel');
  await nats.js.publish('test.event.number.1', '{"n":1}', { headers: header });
  const found = await latest(nats, numbered, 'test.event.number.*');
  expect(found.map(({ body }) => body.n)).toEqual([1]);
});

const typed = () => {
  const header = headers();
  header.set(HEADERS.type, numbered.type);
  return header;
};
