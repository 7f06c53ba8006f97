import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { migrations } from '../../../runtime/store/migrations/migrations.ts';
import { batchOf, device, readingsOf, startRecorder } from '../../actors/recorder/fixtures.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';

const log = pino({ level: 'silent' });
let engine: TestStore;
beforeAll(async () => {
  engine = await clickHouse();
});
afterAll(() => engine[Symbol.asyncDispose]());

const SECOND = 1_795_046_400;
const profile = Array.from({ length: 216 }, (_, channel) => -Math.exp(-(((channel % 48) - 24) ** 2) / 8));
/** One spill, of which six quantities are made. */
const spill = (second: number) =>
  readingsOf(second, [
    device('E:TRTGTD', [25], { units: 'E12' }),
    device('E:MTGTDS', profile),
    device('E:HADMDS', profile),
  ]);
const QUANTITIES = ['hadron_signal', 'pot', 'profile_x', 'profile_y', 'width_x', 'width_y'];

const counted = (store: Store, interval: number) =>
  rowsOf<{ quantity: string; n: number; sum: number }>(
    store,
    `SELECT quantity, sum(count) AS n, round(sum(sum), 6) AS sum
     FROM quantities_at(interval = ${interval}) GROUP BY quantity ORDER BY quantity`,
    'quantities',
  );

test('a spill told twice counts once in every table that plots read, at every interval', async () => {
  await using recorder = await startRecorder(engine.options('twice'));
  const batch = batchOf('BEAM@1', 1, [spill(SECOND), spill(SECOND + 2)]);
  for (const _ of [1, 2]) await recorder.lane('BEAM').deliver(batch);
  await using store = openStore(engine.options('twice'));
  for (const interval of [1, 60, 3600]) {
    const rows = await counted(store, interval);
    expect(rows.map(({ quantity, n }) => [quantity, n])).toEqual(QUANTITIES.map(name => [name, 2]));
    expect(rows.find(({ quantity }) => quantity === 'pot')?.sum).toBe(50);
  }
  for (const interval of [1, 60, 3600, 86_400])
    expect(
      await rowsOf(
        store,
        `SELECT device, sum(count) AS n, avgForEachMerge(mean)[128] AS middle
         FROM reading_arrays_at(interval = ${interval}) GROUP BY device ORDER BY device`,
        'arrays',
      ),
    ).toEqual(['E:HADMDS', 'E:MTGTDS'].map(name => ({ device: name, n: 2, middle: profile[127] })));
});

test('a store of the version before keeps what it has, and goes on with each quantity once', async () => {
  await migrate(engine.options('older'), log, migrations.slice(0, 13));
  await using store = openStore(engine.options('older'));
  const insert = (table: string, values: readonly object[]) =>
    store.client.insert({ table, values, format: 'JSONEachRow' });
  const ts = '2026-11-19 00:00:00.000000';
  await insert('readings', [{ ts, device: 'E:TRTGTD', in_out: 'in', value: 25, units: 'E12', sequence: 1 }]);
  await insert(
    'reading_arrays',
    ['E:MTGTDS', 'E:HADMDS'].map(name => ({ ts, device: name, in_out: 'in', values: profile, sequence: 1 })),
  );
  const before = await counted(store, 1);
  await using recorder = await startRecorder(engine.options('older'));
  await recorder.lane('BEAM').deliver(batchOf('BEAM@1', 2, [spill(SECOND)]));
  for (const interval of [1, 60, 3600]) {
    const rows = await counted(store, interval);
    expect(rows.map(({ quantity, n }) => [quantity, n])).toEqual(QUANTITIES.map(name => [name, 2]));
    for (const [index, { sum }] of rows.entries()) expect(sum).toBeCloseTo(2 * (before[index]?.sum ?? 0), 5);
  }
  for (const interval of [60, 3600, 86_400])
    expect(
      await rowsOf(
        store,
        `SELECT sum(count) AS n, avgForEachMerge(mean)[128] AS middle FROM reading_arrays_at(interval = ${interval})`,
        'arrays',
      ),
    ).toEqual([{ n: 4, middle: profile[127] }]);
});
