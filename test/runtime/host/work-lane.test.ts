import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { replay } from '../../../runtime/commands/dead.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { ascending, type Numbered, results, startWorker, tell, upTo } from './work-actor.ts';

test("two instances share the work, each message is one's, and neither takes more than it has slots for", async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const had = { one: [] as number[], other: [] as number[] };
  let most = 0;
  const busy = (mine: number[]) => {
    let inHand = 0;
    return async (...[task, context]: Parameters<typeof tell>) => {
      most = Math.max(most, ++inHand);
      mine.push(task.message.body.n);
      await delay(10);
      await tell(task, context);
      inHand--;
    };
  };
  const one = await startWorker(server.url, busy(had.one), {}, { instance: 'one' });
  const other = await startWorker(server.url, busy(had.other), {}, { instance: 'other' });
  const running = () => [one, other].every(({ health }) => health?.state === 'running');
  await until(running, { what: 'both run' });
  for (const n of upTo(60)) await publishNumber(nats, 'EVENT', n, 'job');
  await until(async () => (await countMessages(nats, 'RECO')) === 60, { what: 'all results' });
  const idle = () =>
    [one, other].every(({ health }) => health?.lanes[0]?.lag === 0 && health.lanes[0].position === 60);
  await until(idle, { what: 'both say that nothing is left' });
  expect([one.health?.instance, other.health?.instance]).toEqual(['one', 'other']);
  await one.stop();
  await other.stop();
  expect(most).toBe(2);
  expect(had.one.length).toBeGreaterThan(5);
  expect(had.other.length).toBeGreaterThan(5);
  expect(ascending([...had.one, ...had.other])).toEqual(upTo(60));
});

test('a message on which the work fails again and again is put aside with the reason; the others go on meanwhile', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const attempts: number[] = [];
  const at: number[] = [];
  let mended = false;
  const worker = await startWorker(server.url, async (task, context) => {
    if (task.message.body.n === 2 && !mended) {
      attempts.push(task.attempt);
      at.push(performance.now());
      throw new SpillwayError('EVENT_BODY_DAMAGED', 'not what was put there');
    }
    await tell(task, context);
  });
  for (const n of upTo(5)) await publishNumber(nats, 'EVENT', n, 'job');
  await until(async () => (await countMessages(nats, 'RECO')) === 4, { what: 'the four others' });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  expect(attempts).toEqual([1, 2, 3]);
  // What is wrong for a moment is given one.
  expect(Math.min(at[1]! - at[0]!, at[2]! - at[1]!)).toBeGreaterThan(400);
  const [letter] = await allMessages(nats, 'DEAD');
  expect(letter && readDeadLetter(letter.header)).toMatchObject({
    actor: 'worker',
    code: 'EVENT_BODY_DAMAGED',
    reason: 'not what was put there',
    attempts: 3,
    sequence: 2,
  });
  await until(() => worker.health?.lanes[0]?.dead === 1 && worker.health.lanes[0].lag === 0, {
    what: 'its heartbeat',
  });
  // Mended, it is taken again.
  mended = true;
  await replay(nats, letter!);
  await until(async () => (await countMessages(nats, 'RECO')) === 5, { what: 'the replayed one' });
  await worker.stop();
  expect(ascending(await results(nats))).toEqual(upTo(5));
  const left = await Array.fromAsync(await nats.state.keys('*.*.tries.*'));
  expect(left).toEqual([]);
});

test('what cannot be read is put aside at once, and what was replayed for somebody else is passed by', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await nats.js.publish('test.event.job', '{"n":');
  await publishNumber(nats, 'EVENT', 2, 'job');
  const seen: Delivered<Numbered>[] = [];
  const lane = { subject: 'test.event.>', name: 'jobs' };
  const worker = await startWorker(server.url, async ({ message }) => void seen.push(message), lane);
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  const [letter] = await allMessages(nats, 'DEAD');
  expect(readDeadLetter(letter!.header)).toMatchObject({
    code: 'MESSAGE_MALFORMED',
    sequence: 1,
    attempts: 1,
  });
  letter!.header.set('Spillway-For', 'worker--others');
  await replay(nats, letter!);
  await publishNumber(nats, 'EVENT', 3, 'job');
  await until(() => worker.health?.lanes[0]?.position === 4, { what: 'the end of the stream' });
  await worker.stop();
  expect(seen.map(({ body }) => body.n)).toEqual([2, 3]);
  expect(await countMessages(nats, 'DEAD')).toBe(1);
});

test('while something it needs is away a message stays in hand, and no attempt is lost', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tries: string[] = [];
  const work =
    (name: string) =>
    async (...[task, context]: Parameters<typeof tell>) => {
      tries.push(`${name} ${task.attempt}`);
      if (tries.length < 4) throw new SpillwayError('EVENT_STORE_AWAY', 'not there');
      await tell(task, context);
    };
  await publishNumber(nats, 'EVENT', 1, 'job');
  // An attempt is all it has, and the outage is longer than the time after which it would count as vanished.
  const lane = { attempts: 1, vanishedAfterMs: 500 };
  const one = await startWorker(server.url, work('one'), lane, { instance: 'one' });
  await until(() => tries.length === 1, { what: 'the first try' });
  const other = await startWorker(server.url, work('other'), lane, { instance: 'other' });
  await until(async () => (await countMessages(nats, 'RECO')) === 1, { what: 'the result' });
  expect(one.health?.lanes[0]?.retries).toBeGreaterThan(0);
  await one.stop();
  await other.stop();
  expect(tries).toEqual(['one 1', 'one 1', 'one 1', 'one 1']);
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});

test('who takes longer than the time to vanish keeps what it has, because it says that it lives', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  let begun = 0;
  const slow = async (...[task, context]: Parameters<typeof tell>) => {
    begun++;
    await delay(2_500);
    await tell(task, context);
  };
  await publishNumber(nats, 'EVENT', 1, 'job');
  const lane = { vanishedAfterMs: 500 };
  const one = await startWorker(server.url, slow, lane, { instance: 'one' });
  const other = await startWorker(server.url, slow, lane, { instance: 'other' });
  await until(async () => (await countMessages(nats, 'RECO')) === 1, { what: 'the result' });
  await one.stop();
  await other.stop();
  expect(begun).toBe(1);
});
