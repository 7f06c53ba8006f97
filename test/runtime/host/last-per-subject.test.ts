import { expect, test } from 'vitest';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { lastPerSubject } from '../../../runtime/host/last-per-subject.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { alarm } from '../../actors/gateway/harness.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';

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
