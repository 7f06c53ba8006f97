import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expandQuery } from '../../../dashboards/expand/expand.ts';
import { runRegions, runTable } from '../../../dashboards/sql/runs.ts';
import { openStore, rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';

const NOON = Date.UTC(2026, 10, 1, 12) / 1_000;

let engine: TestStore;
let store: Store;
beforeAll(async () => {
  engine = await clickHouse();
  const options = { url: engine.url, user: 'spillway', database: 'runs' };
  await migrate(options, pino({ level: 'silent' }));
  store = openStore(options);
  const lime = { site: 'lngs', detector: 'lime' };
  const at = (second: number) =>
    `2026-11-01 ${new Date((NOON + second) * 1_000).toISOString().slice(11, 19)}`;
  await insert('run_begins', [
    { ...lime, run: 1, ts: at(0), pedestal: true, high_voltage: false, exposure: 0.3 },
    { ...lime, run: 2, ts: at(100), exposure: 0.3, high_voltage: true, description: 'iron-55' },
    // The sender went away, and nobody told an end.
    { ...lime, run: 3, ts: at(200), exposure: 0.3 },
    { ...lime, run: 4, ts: at(300), exposure: 0.3 },
    { ...lime, detector: 'mango', run: 4, ts: at(300) },
  ]);
  await insert('run_ends', [
    { ...lime, run: 1, ts: at(60), ending: 'end-of-run', raw_events: 20 },
    { ...lime, run: 2, ts: at(190), ending: 'truncated', raw_events: 40 },
  ]);
  const summary = { ...lime, started_at: at(100), sparks: 1, clusters: 600, cluster_rate: 50 };
  await insert('run_summaries', [
    { ...lime, run: 1, version: 1, started_at: at(0), pedestal: true, expected: 20, events: 0 },
    { ...summary, run: 2, version: 1, expected: null, events: 12 },
    { ...summary, run: 2, version: 2, expected: 40, events: 37, light_yield: 8_000 },
  ]);
  await insert('events', [{ ...lime, run: 2, serial: 1, ts: at(101), pedestal_run: 1 }]);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const insert = (table: string, values: readonly object[]) =>
  store.client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: { async_insert: 0 } });

/** What Grafana would get, of the detector, over these seconds after noon. */
const asked = <Row>(sql: string, from: number, to: number, detector = 'lime'): Promise<Row[]> =>
  rowsOf<Row>(
    store,
    expandQuery(sql, {
      fromMs: (NOON + from) * 1_000,
      toMs: (NOON + to) * 1_000,
      intervalMs: 1_000,
      variables: new Map([['detector', { value: detector, trusted: false }]]),
    }),
    'runs',
  );

test('each run is told with its end, what is missing of it, and the pedestal that was taken off', async () => {
  const rows = await asked<Record<string, unknown>>(runTable, 0, 400);
  expect(
    rows.map(row =>
      [
        'run',
        'kind',
        'duration',
        'high voltage',
        'ending',
        'expected',
        'missing',
        'clusters',
        'light yield',
        'with pedestal',
      ].map(column => row[column]),
    ),
  ).toEqual([
    [4, 'data', null, 'not told', 'goes on', null, null, null, null, null],
    [3, 'data', 100, 'not told', 'no end told', null, null, null, null, null],
    [2, 'data', 90, 'on', 'truncated', 40, 3, 600, 8_000, 1],
    [1, 'pedestal', 60, 'off', 'end-of-run', 20, null, 0, null, null],
  ]);
});

test('a run belongs to every range that it touches, the one that goes on to all later ones', async () => {
  const runs = async (from: number, to: number, detector?: string) =>
    (await asked<{ run: number }>(runTable, from, to, detector)).map(({ run }) => run);
  expect(await runs(70, 90)).toEqual([]);
  expect(await runs(50, 150)).toEqual([2, 1]);
  expect(await runs(250, 260)).toEqual([3]);
  expect(await runs(10_000, 10_001)).toEqual([4]);
  expect(await runs(0, 400, 'mango')).toEqual([4]);
});

test('regions of runs end with the run, or with the range', async () => {
  const regions = await asked<{ time: string; timeEnd: string; text: string }>(runRegions, 150, 350);
  expect(regions.map(({ time, timeEnd, text }) => [time.slice(14, 19), timeEnd.slice(14, 19), text])).toEqual(
    [
      ['02:30', '03:10', 'run 2: iron-55'],
      ['03:20', '05:00', 'run 3'],
      ['05:00', '05:50', 'run 4'],
    ],
  );
});
