import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Nats } from '../../../runtime/host/nats.ts';
import { ensureStreams, serverName } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { but } from './odd-nats.ts';
import { ascending, noting, publishJobs, results, startWorker, tell, upTo, type Work } from './work-actor.ts';

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'work goes on through a %s of the NATS server, and nothing is told twice or lost',
  async signal => {
    await using server = await natsServer();
    await using nats = await openTestNats(server.url);
    const total = 40;
    const tries: string[] = [];
    const busy: Work = async (task, context) => {
      await delay(50);
      await tell(task, context);
    };
    const lane = { attempts: 1, vanishedAfterMs: 3_000 };
    const worker = await startWorker(server.url, noting(tries, 'one', busy), lane);
    await publishJobs(nats, total / 2);
    await until(() => tries.length > 5, { what: 'some work' });
    await server.kill(signal);
    await server.restart();
    await publishJobs(nats, total, total / 2 + 1);
    await until(async () => (await countMessages(nats, 'RECO')) === total, {
      what: 'all results',
      timeoutMs: 25_000,
    });
    await until(() => worker.health?.lanes[0]?.lag === 0, { what: 'nothing is left' });
    await worker.stop();
    expect(ascending(await results(nats))).toEqual(upTo(total));
    expect(await countMessages(nats, 'DEAD')).toBe(0);
  },
);

test('a confirmation that is lost is asked for again, and the message does not come again', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using own = await openTestNats(server.url);
  let losses = 2;
  const { connection } = own;
  const request: typeof connection.request = async (subject, ...rest) => {
    const answer = await connection.request(subject, ...rest);
    if (subject.startsWith('$JS.ACK') && losses-- > 0) throw new Error('the answer was lost');
    return answer;
  };
  const deaf: Nats = { ...own, connection: but(connection, { request }) };
  const tries: string[] = [];
  const worker = await startWorker(
    server.url,
    noting(tries, 'one', tell),
    { vanishedAfterMs: 500 },
    { nats: deaf },
  );
  await publishJobs(nats, 1);
  await until(() => losses < 0, { what: 'the confirmation' });
  await publishJobs(nats, 2, 2);
  await until(() => worker.health?.lanes[0]?.position === 2, { what: 'both done' });
  await worker.stop();
  expect(tries).toEqual(['one 1 attempt 1', 'one 2 attempt 1']);
});

test('a consumer that somebody deletes is made anew, and goes on where it was', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tries: string[] = [];
  await publishJobs(nats, 5);
  const first = await startWorker(server.url, noting(tries, 'one', tell));
  await until(async () => (await countMessages(nats, 'RECO')) === 5, { what: 'the first five' });
  await first.stop();
  const worker = await startWorker(server.url, noting(tries, 'one', tell));
  await nats.jsm.consumers.delete(serverName('test', 'EVENT'), 'worker');
  await publishJobs(nats, 8, 6);
  await until(async () => (await countMessages(nats, 'RECO')) === 8, { what: 'three more' });
  await worker.stop();
  expect(tries).toHaveLength(8);
});

test('a stream made anew is another stream: its messages are done too, whatever their sequence', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tries: string[] = [];
  await publishJobs(nats, 3);
  const worker = await startWorker(server.url, noting(tries, 'one', tell));
  await until(async () => (await countMessages(nats, 'RECO')) === 3, { what: 'the first three' });
  await nats.jsm.streams.delete(serverName('test', 'EVENT'));
  await ensureStreams(nats.jsm, 'test', 1);
  for (const n of [11, 12]) await publishNumber(nats, 'EVENT', n, 'job');
  await until(async () => (await countMessages(nats, 'RECO')) === 5, { what: 'those of the new stream' });
  await worker.stop();
  expect(ascending(await results(nats))).toEqual([1, 2, 3, 11, 12]);
});

test('messages that left the stream before anybody worked on them are told as a gap', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishJobs(nats, 3);
  const first = await startWorker(server.url, tell);
  await until(async () => (await countMessages(nats, 'RECO')) === 3, { what: 'the first three' });
  await first.stop();
  await publishJobs(nats, 9, 4);
  await nats.jsm.streams.update(serverName('test', 'EVENT'), { max_msgs: 2 });
  const second = await startWorker(server.url, tell);
  await until(async () => (await countMessages(nats, 'RECO')) === 5, { what: 'the two that are left' });
  await second.stop();
  const gaps = (await allMessages(nats, 'LEDGER')).map(message =>
    message.json<{ first: number; last: number }>(),
  );
  expect(gaps).toMatchObject([{ first: 4, last: 7 }]);
});
