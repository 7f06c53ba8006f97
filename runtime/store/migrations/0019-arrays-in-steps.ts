import type { Migration } from './migration.ts';

/**
 * What a front end digitises comes in steps of a decimal unit, e.g. 0.0001 V. As whole numbers of steps the arrays take half the disk that
 * they took as doubles, and less time to write and to read: of 3,000 spills of the demo 1.33 bytes a value (T64 with ZSTD) instead of 2.41
 * (ZSTD of the doubles; 2.01 at level 3, 6.9 with FPC, 7.1 with Gorilla), measured with `bench/comparisons/readings-sustained`.
 * (ALP, made for such numbers, is experimental in ClickHouse 26 and its format still changes.)
 *
 * `values` gives every array as it came, bit for bit: a whole number divided by a power of ten is the double that its decimal text stands
 * for. An array that is no such multiple (NaN, -0, more than nine digits), or was stored before, is in `numbers`.
 *
 * Two steps, so that each can be run again after it was interrupted: once there is the new `values`, the old one is not there to be renamed.
 */
export const arraysInStepsMigration: Migration = {
  id: 19,
  name: 'room for arrays in steps',
  statements: [
    'DROP VIEW IF EXISTS reading_arrays_means_to_1m',
    'ALTER TABLE reading_arrays RENAME COLUMN IF EXISTS values TO numbers',
    `ALTER TABLE reading_arrays
      MODIFY COLUMN numbers Array(Float64) COMMENT 'values that are not in steps' CODEC(ZSTD(3)),
      ADD COLUMN IF NOT EXISTS steps Array(Int32) COMMENT 'values that are, in steps' CODEC(T64('bit'), ZSTD(1)) AFTER numbers,
      ADD COLUMN IF NOT EXISTS scale UInt32 COMMENT 'steps in a unit: a power of ten' CODEC(ZSTD(1)) AFTER steps`,
  ],
};

const toMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_values_to_1m TO reading_arrays_1m AS
SELECT toStartOfMinute(taken) AS ts, device, in_out, count() AS count, avgForEachState(finite) AS mean, now() AS arrived
FROM (
  SELECT ts AS taken, device, in_out, arrayMap(value -> if(isFinite(value), value, NULL), values) AS finite
  FROM reading_arrays
)
GROUP BY ts, device, in_out`;

export const valuesOfStepsMigration: Migration = {
  id: 20,
  name: 'values from steps',
  statements: [
    `ALTER TABLE reading_arrays ADD COLUMN IF NOT EXISTS values Array(Float64)
      ALIAS if(empty(steps), numbers, arrayMap(step -> step / scale, steps)) COMMENT 'as they came' AFTER scale`,
    toMinutes,
  ],
};
