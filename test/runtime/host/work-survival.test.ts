import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KeyedRandom } from '../../../fixtures/simulator/random.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { ascending, noting, publishJobs, results, startWorker, tell, upTo, type Work } from './work-actor.ts';

/** Hangs until it is told to stop. */
const hang: Work = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

test('what an instance had in hand when it vanished is done by another', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tries: string[] = [];
  await publishJobs(nats, 2);
  const one = await startWorker(server.url, noting(tries, 'one', hang));
  await until(() => tries.length === 2, { what: 'both in hand' });
  await one.vanish();
  const other = await startWorker(server.url, noting(tries, 'other', tell), {}, { instance: 'other' });
  await until(async () => (await countMessages(nats, 'RECO')) === 2, { what: 'both done' });
  await other.stop();
  expect(tries.toSorted()).toEqual([
    'one 1 attempt 1',
    'one 2 attempt 1',
    'other 1 attempt 1',
    'other 2 attempt 1',
  ]);
});

test('a message that kills whoever works on it is put aside after its attempts, and every other one is done once', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const total = 60;
  const poison = 23;
  await publishJobs(nats, total);
  const script = join(import.meta.dirname, 'work-actor.ts');
  const stop = new AbortController();
  let deaths = 0;
  const keepAlive = async (instance: string) => {
    while (!stop.signal.aborted) {
      const child = spawn(process.execPath, [script, server.url, instance, String(poison)], {
        stdio: 'inherit',
      });
      stop.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
      await once(child, 'exit');
      if (!stop.signal.aborted) deaths++;
    }
  };
  const instances = Promise.all([keepAlive('one'), keepAlive('other')]);
  await using _children = { [Symbol.asyncDispose]: () => (stop.abort(), instances.then(() => undefined)) };
  await until(async () => (await countMessages(nats, 'RECO')) === total - 1, {
    what: 'all others',
    timeoutMs: 30_000,
  });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, {
    what: 'the dead letter',
    timeoutMs: 30_000,
  });
  expect(ascending(await results(nats))).toEqual(upTo(total).filter(n => n !== poison));
  const [letter] = await allMessages(nats, 'DEAD');
  expect(readDeadLetter(letter!.header)).toMatchObject({
    code: 'ACTOR_CRASHED',
    sequence: poison,
    attempts: 3,
  });
  // Of the first one nobody can tell.
  expect(deaths).toBe(4);
});

test('a rolling restart loses nothing, doubles nothing, and costs no message an attempt', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const total = 150;
  const tries: string[] = [];
  const busy: Work = async (task, context) => {
    await delay(5);
    await tell(task, context);
  };
  // One attempt is all that any of them has: what costs one would be put aside.
  const lane = { attempts: 1, vanishedAfterMs: 30_000 };
  const start = (name: string) =>
    startWorker(server.url, noting(tries, name, busy), lane, { instance: name });
  const running = [await start('1'), await start('2')];
  const publishing = publishJobs(nats, total);
  for (let next = 3; next <= 10; next++) {
    const before = tries.length;
    running.push(await start(String(next)));
    await running.shift()?.stop();
    if (tries.length < total) await until(() => tries.length > before, { what: 'the next ones work' });
  }
  await publishing;
  await until(async () => (await countMessages(nats, 'RECO')) === total, { what: 'all results' });
  for (const one of running) await one.stop();
  expect(ascending(await results(nats))).toEqual(upTo(total));
  expect(tries).toHaveLength(total);
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});

test('what is not finished when the drain is over goes to another at once, at no cost, however often', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tries: string[] = [];
  await publishJobs(nats, 1);
  const lane = { attempts: 1, vanishedAfterMs: 30_000 };
  for (let life = 1; life <= 3; life++) {
    const one = await startWorker(server.url, noting(tries, 'one', hang), lane, { drainMs: 400 });
    await until(() => tries.length === life, { what: 'it is in hand' });
    await one.stop();
  }
  const last = await startWorker(server.url, noting(tries, 'last', tell), lane);
  await until(async () => (await countMessages(nats, 'RECO')) === 1, { what: 'the result' });
  await last.stop();
  expect(tries).toEqual([...Array.from({ length: 3 }, () => 'one 1 attempt 1'), 'last 1 attempt 1']);
});

test('whatever dies, fails or is replaced, in the end each result is there once', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const total = 400;
  const numbers = new KeyedRandom(20_260_514);
  const random = () => numbers.uniform();
  const unsteady: Work = async (task, context) => {
    await delay(random() * 20);
    if (random() < 0.05) throw new SpillwayError('EVENT_BODY_DAMAGED', 'not what was put there');
    if (random() < 0.05) throw new SpillwayError('EVENT_STORE_AWAY', 'not there');
    await tell(task, context);
    // Told, and then something happens all the same.
    if (random() < 0.05) throw new Error('a mistake');
  };
  const lane = { attempts: 1_000, vanishedAfterMs: 500, concurrency: 4 };
  let started = 0;
  const start = () => startWorker(server.url, unsteady, lane, { instance: `${++started}`, drainMs: 200 });
  const running = await Promise.all([start(), start(), start()]);
  const publishing = publishJobs(nats, total);
  const told = () => countMessages(nats, 'RECO');
  for (let blow = 1; blow <= 12; blow++) {
    const before = await told();
    // A slow machine may be through with everything before the last blow.
    const least = Math.min(before + 6, total);
    await until(async () => (await told()) >= least, { what: `work after blow ${blow - 1}` });
    const place = Math.floor(random() * running.length);
    const one = running[place];
    await (random() < 0.7 ? one?.vanish() : one?.stop());
    running[place] = await start();
  }
  await publishing;
  await until(async () => (await told()) === total, { what: 'all results', timeoutMs: 30_000 });
  await until(() => running.every(({ health }) => health?.lanes[0]?.lag === 0), {
    what: 'nothing is left',
    timeoutMs: 20_000,
  });
  for (const one of running) await one.stop();
  expect(ascending(await results(nats))).toEqual(upTo(total));
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});
