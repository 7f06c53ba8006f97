import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { startClickHouse } from '../../../runtime/embedded/clickhouse/server.ts';
import { openStore, type Store, type StoreOptions } from '../../../runtime/store/connection.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { checksumOf } from '../../../runtime/store/migrations/migration.ts';
import { migrations } from '../../../runtime/store/migrations/migrations.ts';
import { yearOfBoards } from '../../year-of-boards-data.ts';

/** Seconds since 1970. */
export const END = Date.UTC(2026, 10, 1) / 1_000;
const CACHE = join(import.meta.dirname, '../../../.cache/bench');
const DEVICES = 35;
const DAY = 86_400;
const log = pino({ level: 'silent' });

/** A store with a year of roll-ups, and the readings of its last days one by one; kept between runs, as it takes minutes to fill. */
export interface YearStore extends AsyncDisposable {
  readonly reader: Store;
}

/** @param days of readings */
export async function yearStore(days: number): Promise<YearStore> {
  const statements = yearOfBoards(END);
  // Another schema or other data: another store.
  const key = createHash('sha256')
    .update(migrations.map(checksumOf).join())
    .update(statements.join())
    .digest('hex');
  const directory = join(CACHE, `boards-${days}-${key.slice(0, 12)}`);
  await mkdir(directory, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await startClickHouse({ directory, log }));
  const address = { url: engine.url, database: 'spillway' };
  await fill(
    { ...address, user: 'spillway' },
    [...statements, ...rawReadings(days)],
    join(directory, 'filled'),
  );
  const reader = stack.use(openStore({ ...address, user: 'grafana' }));
  const parts = stack.move();
  return { reader, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** As the store's table of readings is made, a row for each device and spill, without roll-ups. */
const rawReadings = (days: number): readonly string[] => [
  'CREATE TABLE IF NOT EXISTS raw_readings AS readings',
  ...Array.from({ length: Math.ceil(days / 5) }, (_, n) => n * 5).map(
    day => `INSERT INTO raw_readings (ts, device, in_out, value, units, status, device_time, trigger, source, mode, stream, sequence)
      WITH intDiv(number, ${DEVICES}) AS spill, number % ${DEVICES} AS n, ${END - (days - day) * DAY} + 2 * spill AS at
      SELECT toDateTime64(at, 6, 'UTC'), concat('E:D', leftPad(toString(n), 3, '0')), 'in',
        round(n + sin(at / 40000) + (sipHash64(number, ${day}) % 4096) / 40960, 4), 'E12', 0, toDateTime64(at, 3, 'UTC'),
        'A9', 'acnet', 'callback', 'BEAM@1', spill
      FROM numbers(${(Math.min(5, days - day) * DAY * DEVICES) / 2})`,
  ),
];

/** Goes on where an interrupted fill stopped. @param progress file with the number of statements that are done */
async function fill(address: StoreOptions, statements: readonly string[], progress: string): Promise<void> {
  const done = Number(await readFile(progress, 'utf8').catch(() => '-1'));
  if (done < 0) {
    await migrate(address, log);
    await writeFile(progress, '0');
  }
  await using writer = openStore(address);
  for (const [index, query] of statements.entries()) {
    if (index < done) continue;
    await writer.client.command({
      query,
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 0,
        max_partitions_per_insert_block: '0',
        // A spill must not be cut in two.
        max_insert_threads: '1',
      },
    });
    await writeFile(progress, String(index + 1));
  }
}
