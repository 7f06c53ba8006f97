import type { Logger } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { command, openStore, rowsOf, type Store, type StoreOptions } from './connection.ts';
import { facts } from './engines.ts';
import { checksumOf, type Migration } from './migrations/migration.ts';
import { migrations } from './migrations/migrations.ts';

interface Applied {
  readonly id: number;
  readonly checksum: string;
  readonly name: string;
}

const RECORD_TABLE = `CREATE TABLE IF NOT EXISTS migrations (
  id UInt32, name String, checksum String, applied_at DateTime('UTC') DEFAULT now()
) ${facts({ orderBy: 'id' })}`;

/**
 * Brings the database to the schema of this version: makes it if there is none, and runs the steps that have not run.
 * Two that do so at once do no harm.
 * @throws SpillwayError STORE_SCHEMA when the database has a step that this version does not know or knows
 *   differently; STORE_AWAY when the store cannot be reached.
 */
export async function migrate(
  options: StoreOptions,
  log: Logger,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  // A connection to a database that is not there yet would be refused.
  {
    await using server = openStore({ ...options, database: 'default' });
    await command(server, `CREATE DATABASE IF NOT EXISTS \`${options.database}\``, 'make the database');
  }
  await using store = openStore(options);
  await command(store, RECORD_TABLE, 'make the table of migrations');
  const applied = await appliedSteps(store);
  for (const step of pending(steps, applied, options.database)) {
    try {
      for (const statement of step.statements)
        await command(store, statement, `migration ${step.id}, ${step.name}`);
    } catch (thrown) {
      // Another recorder that started at the same moment may be past it, where its statements no longer have a meaning.
      if ((await appliedSteps(store)).some(({ id }) => id === step.id)) continue;
      throw thrown;
    }
    await record(store, step);
    log.info({ id: step.id, database: options.database }, `store migration: ${step.name}`);
  }
}

const appliedSteps = (store: Store): Promise<Applied[]> =>
  rowsOf<Applied>(
    store,
    'SELECT DISTINCT id, checksum, name FROM migrations ORDER BY id',
    'read the migrations',
  );

/** Steps still to run. @throws SpillwayError STORE_SCHEMA */
export function pending(
  steps: readonly Migration[],
  applied: readonly Applied[],
  database: string,
): readonly Migration[] {
  for (const { id, checksum, name } of applied) {
    const known = steps.find(step => step.id === id);
    if (!known)
      throw new SpillwayError(
        'STORE_SCHEMA',
        `database ${database} has migration ${id} (${name}), which this version of Spillway does not know: run the newer one`,
      );
    if (checksumOf(known) !== checksum)
      throw new SpillwayError(
        'STORE_SCHEMA',
        `migration ${id} (${name}) of database ${database} is not the one of this version: its text was changed`,
      );
  }
  const ran = new Set(applied.map(({ id }) => id));
  return steps.filter(({ id }) => !ran.has(id)).toSorted((a, b) => a.id - b.id);
}

async function record(store: Store, step: Migration): Promise<void> {
  const { id, name } = step;
  await store.client.insert({
    table: 'migrations',
    values: [{ id, name, checksum: checksumOf(step) }],
    columns: ['id', 'name', 'checksum'],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });
}
