import type { Migration } from './migration.ts';

/**
 * What an insert of readings makes besides its own rows, and can be had for less. Quantities come from the recorder, as rows: planning the
 * formulas of migration 0007 with every insert took longer than all the rest. Arrays are rolled up by their means alone: extremes of each
 * element were two thirds of the work and of the disk, and nothing read them.
 *
 * The views are new ones: one whose query is modified (`MODIFY QUERY`) takes a repeated insert for another after the next
 * restart of the server (seen with 26.7).
 */

const LEFT_OUT = ['reading_arrays_1m', 'reading_arrays_1h'].map(
  table => `ALTER TABLE ${table} DROP COLUMN IF EXISTS min, DROP COLUMN IF EXISTS max`,
);

const toMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_means_to_1m TO reading_arrays_1m AS
SELECT toStartOfMinute(taken) AS ts, device, in_out, count() AS count, avgForEachState(finite) AS mean, now() AS arrived
FROM (
  SELECT ts AS taken, device, in_out, arrayMap(value -> if(isFinite(value), value, NULL), values) AS finite
  FROM reading_arrays
)
GROUP BY ts, device, in_out`;

const toHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_means_to_1h TO reading_arrays_1h AS
SELECT toStartOfHour(reading_arrays_1m.ts) AS ts, device, in_out, sum(count) AS count, avgForEachMergeState(mean) AS mean,
  max(arrived) AS arrived
FROM reading_arrays_1m GROUP BY ts, device, in_out`;

export const lighterInsertsMigration: Migration = {
  id: 14,
  name: 'lighter inserts',
  statements: [
    ...[
      'readings_to_quantities',
      'reading_arrays_to_quantities',
      'reading_arrays_to_1m',
      'reading_arrays_to_1h',
    ].map(view => `DROP VIEW IF EXISTS ${view}`),
    // The recorder asks which of its tables have a message already.
    'ALTER TABLE quantities ADD INDEX IF NOT EXISTS by_sequence sequence TYPE minmax GRANULARITY 1',
    ...LEFT_OUT,
    toMinutes,
    toHours,
  ],
};
