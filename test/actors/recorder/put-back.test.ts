import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivered } from '../../../runtime/actor.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { until } from '../../helpers/until.ts';
import { batchOf, device, readingsOf, recordOf, startRecorder } from './fixtures.ts';

let store: TestStore;
beforeAll(async () => {
  store = await clickHouse();
  // Each batch stays a part of its own.
  await store.client().command({ query: 'SYSTEM STOP MERGES' });
});
afterAll(() => store[Symbol.asyncDispose]());

const bodyOf = (sequence: number) =>
  readingsOf(1_795_000_000 + sequence, [device('E:A', [sequence]), device('E:B', [sequence, 1])]);
const beamFrom = (first: number, last: number) =>
  batchOf(
    'BEAM@1',
    first,
    Array.from({ length: last - first + 1 }, (_, index) => bodyOf(first + index)),
  );
const beam = [beamFrom(1, 3), beamFrom(4, 6), beamFrom(7, 9)];
const spills = batchOf('SPILL@1', 1, [recordOf(1), recordOf(2)]);
const streams: readonly Delivered<unknown>[] = [
  ...beam.flatMap(({ messages }) => messages),
  ...spills.messages,
];

const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const WHOLE = { readings: ALL, arrays: ALL, spills: [1, 2], deliveries: [3, 6, 9] };

async function held(database: string): Promise<Partial<typeof WHOLE>> {
  const sorted = (column: string, table: string) => `(SELECT arraySort(groupArray(${column})) FROM ${table})`;
  const [row = {}] = await store.rows<typeof WHOLE>(
    database,
    `SELECT ${sorted('sequence', 'readings')} AS readings, ${sorted('sequence', 'reading_arrays')} AS arrays,
       ${sorted('spill_sequence', 'spills')} AS spills,
       ${sorted('last', "deliveries WHERE stream = 'BEAM@1'")} AS deliveries`,
  );
  return row;
}

const comes = (database: string, expected: typeof WHOLE) =>
  until(async () => {
    expect(await held(database)).toEqual(expected);
    return true;
  });

const command = (database: string, query: string) => store.client({ database }).command({ query });

/** Takes the parts away that hold such rows; the tokens of their inserts stay, as when the store takes a broken part out. */
async function lose(database: string, table: string, which: string): Promise<void> {
  const parts = await store.rows<{ name: string }>(
    database,
    `SELECT DISTINCT _part AS name FROM ${table} WHERE ${which}`,
  );
  for (const { name } of parts) await command(database, `ALTER TABLE ${table} DROP PART '${name}'`);
}

async function recorded(database: string): Promise<void> {
  await using recorder = await startRecorder(store.options(database));
  for (const batch of beam) await recorder.lane('BEAM').deliver(batch);
  await recorder.lane('SPILL').deliver(spills);
  expect(await held(database)).toEqual(WHOLE);
}

test('rows that the store has lost since it confirmed them come back from the streams, once', async () => {
  await recorded('lost');
  await lose('lost', 'readings', 'sequence = 5');
  await lose('lost', 'reading_arrays', 'sequence = 9');
  await lose('lost', 'spills', 'true');
  // A recorder that is stopped when it has put back some.
  await command('lost', 'ALTER TABLE reading_arrays ADD CONSTRAINT none CHECK false');
  {
    await using recorder = await startRecorder(store.options('lost'), streams);
    await comes('lost', { ...WHOLE, arrays: [1, 2, 3, 4, 5, 6] });
    await until(() => recorder.counts.get('lost_for_good reading_arrays') === 3);
    expect(recorder.counts.has('lost_for_good readings')).toBe(false);
  }
  await command('lost', 'ALTER TABLE reading_arrays DROP CONSTRAINT none');
  {
    await using recorder = await startRecorder(store.options('lost'), streams);
    await comes('lost', WHOLE);
    await until(() => recorder.counts.get('lost_by_store') === 1);
  }
  // Whole, it is left alone.
  const looked: string[] = [];
  const listening = new Proxy(streams, {
    get: (target, key) => {
      looked.push(String(key));
      return Reflect.get(target, key);
    },
  });
  const parts = `SELECT table, name FROM system.parts WHERE database = 'lost' ORDER BY table, name`;
  const before = await store.rows('lost', parts);
  await using recorder = await startRecorder(store.options('lost'), listening);
  await until(() => looked.length >= recorder.lanes.length);
  expect(recorder.counts.has('lost_by_store')).toBe(false);
  expect(await store.rows('lost', parts)).toEqual(before);
});

test('deliveries that are lost themselves, a middle one and the last, double nothing', async () => {
  await recorded('deliveries');
  await lose('deliveries', 'deliveries', "stream = 'BEAM@1' AND last IN (3, 9)");
  await lose('deliveries', 'readings', 'sequence IN (2, 8)');
  await using recorder = await startRecorder(store.options('deliveries'), streams);
  const lane = recorder.lane('BEAM');
  expect(await lane.resume?.('BEAM@1')).toBe(6);
  // The lane goes back, and its batches end elsewhere than they did.
  await lane.deliver(beamFrom(7, 8));
  await lane.deliver(beamFrom(9, 9));
  await comes('deliveries', { ...WHOLE, deliveries: [3, 6, 8, 9] });
});

test('rows whose messages have gone from their stream are told to be lost', async () => {
  await recorded('gone');
  await lose('gone', 'readings', 'sequence = 4');
  const left = streams.filter(({ stream, sequence }) => stream !== 'BEAM@1' || sequence > 5);
  await using recorder = await startRecorder(store.options('gone'), left);
  await until(() => recorder.counts.get('lost_for_good readings') === 2);
  expect((await held('gone')).readings).toEqual([1, 2, 3, 6, 7, 8, 9]);
});
