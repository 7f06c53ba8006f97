import type { StreamInfo } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { type Input, MergedReader } from '../../../runtime/host/merged-reader.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { ServerTime } from '../../../runtime/host/server-time.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishNumber } from '../../helpers/streams.ts';
import { slow, telling } from './odd-nats.ts';

const INPUTS = ['BEAM', 'LEDGER'] as const;
const never = new AbortController().signal;

const open = (nats: Nats, takenBefore: readonly number[] = []) =>
  MergedReader.open(
    nats,
    INPUTS.map((stream, rank): Input => ({ stream, after: 0, takenBefore: takenBefore[rank] ?? 0 })),
    'test',
    new ServerTime(Date.now),
  );

/** Takes so many messages; `BEAM 1` is the first of its stream. */
async function take(reader: MergedReader, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    for (const { rank, raw } of await reader.take(count - taken.length, never))
      taken.push(`${INPUTS[rank]} ${raw.seq}`);
  }
  return taken;
}

const isOf = (info: StreamInfo, stream: 'BEAM' | 'LEDGER') => info.config.name === serverName('test', stream);

test('a message stored while a stream says how far it is, and before it looks at its clock, is not overtaken', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'BEAM', 1);
  let between = async () => {
    between = async () => {};
    await publishNumber(nats, 'LEDGER', 1);
    await publishNumber(nats, 'BEAM', 2);
  };
  const odd = telling(
    slow(nats, 'LEDGER', () => 200),
    async info => {
      if (!isOf(info, 'LEDGER')) return info;
      await between();
      return { ...info, ts: new Date(Date.now() + 1).toISOString() };
    },
  );
  await using reader = await open(odd);
  expect(await take(reader, 3)).toEqual(['BEAM 1', 'LEDGER 1', 'BEAM 2']);
});

test('what an earlier life had taken comes first, in the order of storage, and what came too late for it after that', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 3; n++) {
    await publishNumber(nats, 'LEDGER', n);
    await publishNumber(nats, 'BEAM', n);
  }
  // The earlier life had not seen the second and third of LEDGER when it took the third of BEAM.
  await using reader = await open(nats, [3, 1]);
  expect(await take(reader, 6)).toEqual(['LEDGER 1', 'BEAM 1', 'BEAM 2', 'BEAM 3', 'LEDGER 2', 'LEDGER 3']);
});

test('a stream whose messages have left it, and one where nothing ever happens, hold nobody up', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 5; n++) await publishNumber(nats, 'LEDGER', n);
  await nats.jsm.streams.purge(serverName('test', 'LEDGER'));
  await publishNumber(nats, 'BEAM', 1);
  // What left it had been taken before, or not: it does not come any more.
  await using reader = await open(nats, [0, 4]);
  expect(await take(reader, 1)).toEqual(['BEAM 1']);
  await publishNumber(nats, 'BEAM', 2);
  expect(await take(reader, 1)).toEqual(['BEAM 2']);
});

test('a clock that was set back by an hour holds its stream up for seconds, not for an hour', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 20; n++) await publishNumber(nats, 'BEAM', n);
  const odd = telling(nats, info => ({ ...info, ts: new Date(Date.now() - 3_600_000).toISOString() }));
  await using reader = await open(odd);
  const startedAt = performance.now();
  expect((await take(reader, 20)).at(-1)).toBe('BEAM 20');
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
