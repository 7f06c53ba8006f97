import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, rowsOf } from '../../../runtime/store/connection.ts';
import { migrate, pending } from '../../../runtime/store/migrate.ts';
import { checksumOf, type Migration } from '../../../runtime/store/migrations/migration.ts';
import { migrations } from '../../../runtime/store/migrations/migrations.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';

const log = pino({ level: 'silent' });
let server: TestStore;
beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

const applied = (database: string) =>
  server.rows<{ id: number }>(database, 'SELECT id FROM migrations ORDER BY id');

const step = (id: number, ...statements: string[]): Migration => ({ id, name: `step ${id}`, statements });

test('a new database gets every step once, also when two recorders start together', async () => {
  await Promise.all([migrate(server.options('fresh'), log), migrate(server.options('fresh'), log)]);
  await migrate(server.options('fresh'), log);
  const ids = new Set((await applied('fresh')).map(({ id }) => id));
  expect([...ids]).toEqual(migrations.map(({ id }) => id));
});

test('every table and every view target remembers inserts, and survives a power cut', async () => {
  await migrate(server.options('fresh'), log);
  await using store = openStore(server.options('fresh'));
  const tables = await rowsOf<{ name: string; ddl: string }>(
    store,
    "SELECT name, create_table_query AS ddl FROM system.tables WHERE database = 'fresh' AND engine LIKE '%MergeTree'",
    'test',
  );
  expect(tables.map(({ name }) => name).toSorted()).toEqual([
    'accounts',
    'alarm_changes',
    'alarm_commands',
    'alarm_rule_files',
    'alarm_rules',
    'clusters',
    'command_results',
    'deliveries',
    'detector_1h',
    'detector_1m',
    'discrepancies',
    'event_gaps',
    'events',
    'flow_1h',
    'flow_1m',
    'health',
    'latencies_1d',
    'latencies_1h',
    'latencies_1m',
    'latest_run_summaries',
    'ledger',
    'machine_modes',
    'migrations',
    'notice_items',
    'notice_outcomes',
    'notices',
    'notifications',
    'pedestals',
    'quantities',
    'quantities_1h',
    'quantities_1m',
    'raw_events',
    'reading_arrays',
    'reading_arrays_1d',
    'reading_arrays_1h',
    'reading_arrays_1m',
    'reading_problems',
    'readings',
    'readings_1h',
    'readings_1m',
    'run_begins',
    'run_ends',
    'run_summaries',
    'silences',
    'spectra_1h',
    'spectra_1m',
    'spills',
    'triggers',
    'waveforms',
  ]);
  for (const { ddl } of tables) {
    expect(ddl).toContain('non_replicated_deduplication_window = 1000');
    expect(ddl).toContain('fsync_after_insert = 1');
  }
});

test('a step that failed half-way is run again in full', async () => {
  const first = 'CREATE TABLE IF NOT EXISTS a (n UInt8) ENGINE = MergeTree ORDER BY n';
  const broken = [step(1, first, 'CREATE TABLE b (n Nonsense) ENGINE = MergeTree ORDER BY n')];
  await expect(migrate(server.options('half'), log, broken)).rejects.toThrow(/migration 1, step 1/);
  expect(await applied('half')).toEqual([]);
  await migrate(server.options('half'), log, [step(1, first)]);
  expect(await applied('half')).toEqual([{ id: 1 }]);
});

test('a step that another recorder has finished meanwhile does not stop this one', async () => {
  const make = 'CREATE TABLE a (n UInt8) ENGINE = MergeTree ORDER BY n';
  const slow = migrate(server.options('both'), log, [step(1, 'SELECT sleep(1)', make), step(2, 'SELECT 2')]);
  await migrate(server.options('both'), log, [step(1, make)]);
  await slow;
  expect(await applied('both')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('a database changed by other hands is refused before anything is touched', () => {
  const steps = [step(1, 'SELECT 1'), step(2, 'SELECT 2')];
  const asApplied = ({ id, name, statements }: Migration) => ({
    id,
    name,
    checksum: checksumOf({ id, name, statements }),
  });
  const refused = (applied: readonly Migration[]) => () => pending(steps, applied.map(asApplied), 'db');
  expect(refused([step(1, 'SELECT 10')])).toThrow(
    expect.objectContaining({ code: 'STORE_SCHEMA', message: expect.stringContaining('changed') }),
  );
  expect(refused([step(1, 'SELECT 1'), step(3, 'SELECT 3')])).toThrow(
    expect.objectContaining({ code: 'STORE_SCHEMA', message: expect.stringContaining('migration 3') }),
  );
  expect(refused([step(1, 'SELECT 1')])()).toEqual([steps[1]]);
});

test('steps count from 1 without holes', () => {
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
});

test('a store that is away is told apart from one that refuses', async () => {
  await expect(migrate({ ...server.options('x'), url: 'http://127.0.0.1:9' }, log)).rejects.toMatchObject({
    code: 'STORE_AWAY',
  });
  await expect(migrate({ ...server.options('x'), password: 'wrong' }, log)).rejects.toMatchObject({
    code: 'STORE_AWAY',
    message: expect.stringContaining('code 516'),
  });
});
