import type { Migration } from './migration.ts';

/** The recorder asks, each time a lane begins, whether there are rows behind the last delivery: without an index that reads the whole table. */
export const sequencesOfOperationMigration: Migration = {
  id: 22,
  name: 'sequences of health and ledger',
  statements: ['health', 'ledger'].map(
    table => `ALTER TABLE ${table} ADD INDEX IF NOT EXISTS by_sequence sequence TYPE minmax GRANULARITY 1`,
  ),
};
