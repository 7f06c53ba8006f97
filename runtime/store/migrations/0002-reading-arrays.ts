import { facts, rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * Array readings (wire profiles, pixels, batches), one row per device and trigger, and statistics of each element:
 *
 *     SELECT ts, avgForEachMerge(mean)[3 + 1] AS wire_3
 *     FROM reading_arrays_1m WHERE device = 'E:MTGTDS' AND ts >= … GROUP BY ts ORDER BY ts
 *
 * Elements that are NaN or infinite take no part; an element without any finite value is NULL.
 *
 * Since migration 0014 the roll-ups have means only.
 *
 * 1,700 values at 0.5 Hz are 0.6 GB a day before compression, so the arrays themselves are kept for half a year.
 */

const arrays = `CREATE TABLE IF NOT EXISTS reading_arrays (
  ts          DateTime64(6, 'UTC') COMMENT 'trigger time given by the DAE, the same for all devices of a trigger' CODEC(Delta, ZSTD(1)),
  device      LowCardinality(String) COMMENT 'ACNET name',
  in_out      Enum8('in' = 1, 'out' = 2) COMMENT 'list it was read with',
  values      Array(Float64) CODEC(ZSTD(1)),
  units       LowCardinality(String),
  status      Int64 COMMENT 'ACNET status, 0 is good' CODEC(ZSTD(1)),
  device_time DateTime64(3, 'UTC') COMMENT 'time stamp of the device itself' CODEC(Delta, ZSTD(1)),
  trigger     LowCardinality(String) COMMENT 'accelerator event or timer',
  source      LowCardinality(String) COMMENT 'front end',
  mode        LowCardinality(String) COMMENT 'callback or polling',
  stream      LowCardinality(String) COMMENT 'where it came from: <stream>@<created, ms>',
  sequence    UInt64 COMMENT 'sequence in that stream' CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'device, ts', partitionBy: 'toYYYYMM(ts)', keep: '180 DAY' })}`;

const target = (name: string, partitionBy: string, keep?: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts      DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  device  LowCardinality(String),
  in_out  Enum8('in' = 1, 'out' = 2),
  count   SimpleAggregateFunction(sum, UInt64) COMMENT 'arrays' CODEC(ZSTD(1)),
  mean    AggregateFunction(avgForEach, Array(Nullable(Float64))) COMMENT 'read with avgForEachMerge' CODEC(ZSTD(1)),
  min     AggregateFunction(minForEach, Array(Nullable(Float64))) COMMENT 'read with minForEachMerge' CODEC(ZSTD(1)),
  max     AggregateFunction(maxForEach, Array(Nullable(Float64))) COMMENT 'read with maxForEachMerge' CODEC(ZSTD(1)),
  arrived SimpleAggregateFunction(max, DateTime('UTC')) CODEC(Delta, ZSTD(1))
) ${rollUp({ orderBy: 'device, in_out, ts', partitionBy, arrival: 'arrived', ...(keep && { keep }) })}`;

const toMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_to_1m TO reading_arrays_1m AS
SELECT
  toStartOfMinute(taken) AS ts, device, in_out, count() AS count,
  avgForEachState(finite) AS mean, minForEachState(finite) AS min, maxForEachState(finite) AS max, now() AS arrived
FROM (
  SELECT ts AS taken, device, in_out, arrayMap(value -> if(isFinite(value), value, NULL), values) AS finite
  FROM reading_arrays
)
GROUP BY ts, device, in_out`;

/** From the minutes that an insert makes, not from its arrays: some thirty times fewer rows. */
const toHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_to_1h TO reading_arrays_1h AS
SELECT
  toStartOfHour(reading_arrays_1m.ts) AS ts, device, in_out, sum(count) AS count,
  avgForEachMergeState(mean) AS mean, minForEachMergeState(min) AS min, maxForEachMergeState(max) AS max,
  max(arrived) AS arrived
FROM reading_arrays_1m GROUP BY ts, device, in_out`;

export const readingArraysMigration: Migration = {
  id: 2,
  name: 'reading arrays',
  statements: [
    arrays,
    target('reading_arrays_1m', 'toYYYYMM(ts)', '2 YEAR'),
    target('reading_arrays_1h', 'toYear(ts)'),
    toMinutes,
    toHours,
  ],
};
