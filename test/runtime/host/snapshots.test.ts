import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Nats } from '../../../runtime/host/nats.ts';
import { Snapshots } from '../../../runtime/host/snapshots.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';

const State = z.strictObject({ filling: z.string() });
const MEGABYTES = 5 * 1024 * 1024;

const snapshotOf = (letter: string, sequence: number, bytes = MEGABYTES) => ({
  positions: { 'BEAM@1': sequence, 'TIMER@1': 1 },
  time: sequence / 4,
  state: { filling: letter.repeat(bytes) },
});

const open = (nats: Nats) => new Snapshots(nats, 'test.BEAM.snapshot', State, Math.random);

/** The same NATS, through which no more than so many writes pass before the process is as good as dead; `over` when they have. */
function dyingAfter(nats: Nats, writes: number): Nats & { over(): Promise<unknown> } {
  let left = writes;
  const passing: Promise<unknown>[] = [];
  const or =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (left-- <= 0) throw new Error('killed');
      const written = write(...args);
      passing.push(written);
      return written;
    };
  const { state, jsm } = nats;
  const streams = Object.create(jsm.streams, { purge: { value: or(jsm.streams.purge.bind(jsm.streams)) } });
  return {
    ...nats,
    state: Object.create(state, { put: { value: or(state.put.bind(state)) } }),
    jsm: Object.create(jsm, { streams: { value: streams } }),
    over: () => Promise.allSettled(passing),
    [Symbol.asyncDispose]: async () => {},
  };
}

const keysOf = async (nats: Nats) => await Array.fromAsync(await nats.state.keys('test.BEAM.>'));

test('a large state whose writer dies after any write is there whole, the old one or the new one', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const outcomes: string[] = [];
  for (let writes = 0; writes <= 14; writes++) {
    const writer = open(dyingAfter(nats, 1_000));
    await writer.read();
    await writer.save(snapshotOf('a', 2 * writes + 1));
    const mortal = dyingAfter(nats, writes);
    const dying = open(mortal);
    // What it removes on reading does not count.
    await dying.read();
    await dying.save(snapshotOf('b', 2 * writes + 2)).catch(() => undefined);
    await mortal.over();
    const found = await open(nats).read();
    const [old, recent] = [snapshotOf('a', 2 * writes + 1), snapshotOf('b', 2 * writes + 2)];
    const which = found?.positions['BEAM@1'] === old.positions['BEAM@1'] ? old : recent;
    expect(found?.state.filling === which.state.filling && found.time === which.time).toBe(true);
    outcomes.push(which === old ? 'old' : 'new');
    // Nothing of the others stays.
    expect((await keysOf(nats)).length).toBe(1 + 11);
  }
  expect(outcomes).toEqual([...Array.from({ length: 12 }, () => 'old'), 'new', 'new', 'new']);
});

test('a state that has not changed is not written again with the positions that have', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const writer = open(nats);
  const first = snapshotOf('a', 1);
  await writer.save(first);
  const before = await keysOf(nats);
  const bytes = (await nats.jsm.streams.info('KV_test_state')).state.last_seq;
  expect(writer.isNew(first)).toBe(false);
  const second = { ...first, positions: { 'BEAM@1': 9 } };
  expect(writer.isNew(second)).toBe(true);
  await writer.save(second);
  expect(await keysOf(nats)).toEqual(before);
  expect((await nats.jsm.streams.info('KV_test_state')).state.last_seq).toBe(bytes + 1);
  expect(await open(nats).read()).toEqual(second);
});

test('a state that grows large and shrinks again leaves nothing behind', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const writer = open(nats);
  for (const [index, bytes] of [10, MEGABYTES, 10].entries()) {
    await writer.save(snapshotOf('x', index + 1, bytes));
    expect(await open(nats).read()).toEqual(snapshotOf('x', index + 1, bytes));
  }
  expect(await keysOf(nats)).toEqual(['test.BEAM.snapshot']);
});

test('a snapshot of a version that folded one stream is read', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const old = { stream: 'BEAM@1', sequence: 12, state: { filling: 'x' } };
  await nats.state.put('test.BEAM.snapshot', JSON.stringify(old));
  const snapshots = open(nats);
  expect(await snapshots.read()).toEqual({ positions: { 'BEAM@1': 12 }, time: 0, state: { filling: 'x' } });
  await snapshots.save(snapshotOf('y', 13, 1));
  expect(await open(nats).read()).toEqual(snapshotOf('y', 13, 1));
});

test('a second writer is refused, and what the first has written stays', async () => {
  await using server = await natsServer({ syncInterval: 60_000 });
  await using nats = await openTestNats(server.url);
  const zombie = open(nats);
  await zombie.save(snapshotOf('a', 1));
  const successor = open(nats);
  await successor.read();
  await successor.save(snapshotOf('b', 2));
  await expect(zombie.save(snapshotOf('c', 3))).rejects.toMatchObject({ code: 'WRITER_CONFLICT' });
  expect((await open(nats).read())?.positions['BEAM@1']).toBe(2);
});
