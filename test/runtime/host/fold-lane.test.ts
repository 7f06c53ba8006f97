import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredMsg } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import type { StreamName } from '../../../protocol/subjects.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { merging, stepOf, type Told } from './merging-actor.ts';

const INPUTS = ['BEAM', 'LEDGER', 'COMMAND'] as const;

/** When a message was stored, as exactly as a number tells nanoseconds since 1970. */
const storedAt = ({ timestamp }: StoredMsg): number => {
  const [seconds = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  return Number(BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
};

/** What a fold must have told, from the streams as they are stored: by time, then stream, then sequence. */
async function expected(nats: Nats): Promise<Omit<Told, 'storedAt'>[]> {
  const stored = await Promise.all(INPUTS.map(stream => allMessages(nats, stream)));
  const inOrder = stored
    .flatMap((messages, rank) => messages.map(message => ({ message, rank, time: storedAt(message) })))
    .toSorted((a, b) => a.time - b.time || a.rank - b.rank || a.message.seq - b.message.seq);
  let digest = '';
  return inOrder.flatMap(({ message, rank }) => {
    const from = `${INPUTS[rank]}:${message.seq}`;
    const step = stepOf(digest, from, message.json<{ n: number }>().n);
    digest = step.digest;
    return Array.from({ length: step.outputs }, (_, index) => ({ from, index, digest: step.digest }));
  });
}

const toldIn = async (nats: Nats, output: StreamName): Promise<Told[]> =>
  (await allMessages(nats, output)).map(message => message.json<Told>());

const withoutTime = ({ from, index, digest }: Told) => ({ from, index, digest });

/** Publishes to all inputs at once, each at its own pace. */
const publishing = (nats: Nats, each: number, pauseMs: number, number = (n: number) => n) =>
  Promise.all(
    INPUTS.map(async (stream, rank) => {
      for (let n = 1; n <= each; n++) {
        await publishNumber(nats, stream, number(n));
        await delay(Math.random() * pauseMs * (rank + 1));
      }
    }),
  );

/** Runs the fold in this process until it has told everything. */
async function runThrough(nats: Nats, name: string, output: StreamName, count: () => Promise<number>) {
  const stop = new AbortController();
  const ended = runActor(merging(name, output), undefined, hostOptions(nats, stop.signal));
  await until(async () => (await countMessages(nats, output)) === (await count()), {
    what: `${name} has told everything`,
    timeoutMs: 20_000,
  });
  stop.abort();
  await ended;
}

test('a fold of three streams meets their messages in the order they were stored, live and once more from the beginning', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const each = 150;
  const published = publishing(nats, each, 3);
  const count = async () => {
    await published;
    return (await expected(nats)).length;
  };
  await Promise.all([runThrough(nats, 'live', 'ALARM', count), published]);
  await runThrough(nats, 'fresh', 'NOTICE', count);
  const order = await expected(nats);
  const live = await toldIn(nats, 'ALARM');
  expect(live.map(withoutTime)).toEqual(order);
  expect(await toldIn(nats, 'NOTICE')).toEqual(live);
  expect(live.map(({ storedAt }) => storedAt)).toEqual(
    live.map(({ storedAt }) => storedAt).toSorted((a, b) => a - b),
  );
});

/** Starts the actor as a process of its own; resolves when it is killed. */
async function lifeOf(url: string, args: readonly string[], ms: number): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'merging-actor.ts'), url, ...args], {
    stdio: 'inherit',
  });
  const exit = once(child, 'exit');
  await delay(ms);
  child.kill('SIGKILL');
  await exit;
}

test.each([
  { what: 'a small state', stateBytes: 0, lifeMs: 900 },
  { what: 'a state of five megabytes', stateBytes: 5 * 1024 * 1024, lifeMs: 2_000 },
])(
  'a fold with $what that is killed again and again tells everything once, in the same order as one that never stopped',
  async ({ stateBytes, lifeMs }) => {
    await using server = await natsServer();
    await using nats = await openTestNats(server.url);
    const publish = publishing(nats, 400, 5);
    for (let life = 0; life < 8; life++) {
      await lifeOf(server.url, ['mortal', 'ALARM', String(stateBytes)], 500 + Math.random() * lifeMs);
    }
    await publish;
    const order = await expected(nats);
    await runThrough(nats, 'mortal', 'ALARM', async () => order.length);
    expect((await toldIn(nats, 'ALARM')).map(withoutTime)).toEqual(order);
  },
);

test('also where clocks are broken and no order can be kept, a fold that is killed again and again tells everything once and goes on from what it has told', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  // No message without an output: then what was told says in which order.
  const publish = publishing(nats, 400, 5, n => 3 * n + 1 + (n % 2));
  for (let life = 0; life < 8; life++) {
    await lifeOf(server.url, ['hasty', 'ALARM', '0', 'hasty'], 500 + Math.random() * 900);
  }
  await publish;
  const { length } = await expected(nats);
  await runThrough(nats, 'hasty', 'ALARM', async () => length);
  const told = (await toldIn(nats, 'ALARM')).map(withoutTime);
  expect(new Set(told.map(({ from, index }) => `${from}/${index}`)).size).toBe(length);
  let digest = '';
  for (const one of told.filter(({ index }) => index === 0)) {
    digest = stepOf(digest, one.from, 1).digest;
    expect(one.digest).toBe(digest);
  }
});
