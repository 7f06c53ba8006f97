import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { machineStarted } from '../../helpers/machine-started.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { batchOf, device, readingsOf, startRecorder } from './fixtures.ts';

const batch = batchOf('BEAM@1', 1, [
  readingsOf(1_795_000_000, [device('E:TRTGTD', [1])]),
  readingsOf(1_795_000_002, [device('E:TRTGTD', [2])]),
]);

/** As a power cut leaves it: rows were synced, the tokens of their inserts never are. */
async function losePower(store: TestStore): Promise<void> {
  await store.kill();
  const files = await readdir(store.directory, { recursive: true });
  const logs = files.filter(file => file.endsWith('deduplication_logs'));
  expect(logs.length).toBeGreaterThan(10);
  for (const log of logs) await rm(join(store.directory, log), { recursive: true, force: true });
  // A directory is listed under two paths, hence `force`. No machine is back within the second of its power cut, which is as exactly as rows know when they came.
  await delay(1_100);
  await store.restart();
}

const counted = (store: TestStore, database: string) =>
  store.rows(
    database,
    `SELECT (SELECT count() FROM readings) AS readings, (SELECT toUInt32(sum(count)) FROM readings_1m) AS rolled,
       (SELECT count() FROM deliveries) AS deliveries`,
  );

test('after a power cut, which takes the tokens, a batch whose end is unknown adds only what is missing', async () => {
  await using store = await clickHouse();
  {
    await using actor = await startRecorder(store.options('delivered'));
    await actor.lane('BEAM').deliver(batch);
    await using interrupted = await startRecorder(store.options('interrupted'));
    const [first] = batch.messages;
    await interrupted.lane('BEAM').deliver({ ...batch, messages: first ? [first] : [] });
    await store.client({ database: 'interrupted' }).command({ query: 'TRUNCATE TABLE deliveries' });
  }
  await losePower(store);
  using _started = machineStarted();
  for (const database of ['delivered', 'interrupted']) {
    await using actor = await startRecorder(store.options(database));
    await actor.lane('BEAM').deliver({ ...batch, again: true });
    await actor.lane('BEAM').deliver({ ...batch, again: true });
    expect(await counted(store, database)).toEqual([{ readings: 2, rolled: 2, deliveries: 1 }]);
  }
});

test('rows that the store took and lost, remembering only their token, are inserted again', async () => {
  await using store = await clickHouse();
  await using actor = await startRecorder(store.options('lost'));
  await actor.lane('BEAM').deliver(batch);
  const client = store.client({ database: 'lost' });
  // As a broken part is taken out at a start; the token stays.
  const command = (query: string) =>
    client.command({ query, clickhouse_settings: { mutations_sync: '2', lightweight_deletes_sync: '2' } });
  await command('DELETE FROM readings WHERE sequence = 2');
  await command('TRUNCATE TABLE deliveries');
  expect(await store.rows('lost', 'SELECT sequence FROM readings')).toHaveLength(1);
  await actor.lane('BEAM').deliver({ ...batch, again: true });
  expect(await store.rows('lost', 'SELECT sequence FROM readings ORDER BY sequence')).toMatchObject([
    { sequence: 1 },
    { sequence: 2 },
  ]);
});
