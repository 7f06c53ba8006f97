import { facts, rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * Scalar readings, one row per device and trigger, and their roll-ups. For a plot over more than a day take
 * `readings_1m`, over more than two months `readings_1h`, always with GROUP BY, since rows of one key merge some time
 * after they came:
 *
 *     SELECT ts, sum(sum) / nullIf(sum(count), 0) AS mean, min(min), max(max)
 *     FROM readings_1m WHERE device = 'E:TRTGTD' AND ts >= … GROUP BY ts ORDER BY ts
 *
 * NaN and infinities stay in `readings`; in the roll-ups they are counted and take no part in anything else. A group
 * without any finite value has `NULL` extremes.
 */

const readings = `CREATE TABLE IF NOT EXISTS readings (
  ts          DateTime64(6, 'UTC') COMMENT 'trigger time given by the DAE, the same for all devices of a trigger' CODEC(Delta, ZSTD(1)),
  device      LowCardinality(String) COMMENT 'ACNET name',
  in_out      Enum8('in' = 1, 'out' = 2) COMMENT 'list it was read with',
  value       Float64 CODEC(ZSTD(1)),
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
) ${facts({ orderBy: 'device, ts', partitionBy: 'toYYYYMM(ts)', keep: '5 YEAR' })}`;

/** Forty bytes a row before compression: a year of 50 devices is 26 million rows by the minute. Kept for good. */
const target = (name: string, partitionBy: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts         DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  device     LowCardinality(String),
  in_out     Enum8('in' = 1, 'out' = 2),
  count      SimpleAggregateFunction(sum, UInt64) COMMENT 'finite values' CODEC(ZSTD(1)),
  not_finite SimpleAggregateFunction(sum, UInt64) COMMENT 'NaN and infinities' CODEC(ZSTD(1)),
  bad_status SimpleAggregateFunction(sum, UInt64) COMMENT 'values with a status other than 0' CODEC(ZSTD(1)),
  min        SimpleAggregateFunction(min, Nullable(Float64)) CODEC(ZSTD(1)),
  max        SimpleAggregateFunction(max, Nullable(Float64)) CODEC(ZSTD(1)),
  sum        SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  last_ts    SimpleAggregateFunction(max, DateTime64(6, 'UTC')) CODEC(Delta, ZSTD(1)),
  last       AggregateFunction(argMax, Float64, DateTime64(6, 'UTC')) COMMENT 'read with argMaxMerge' CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'device, in_out, ts', partitionBy })}`;

const toMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS readings_to_1m TO readings_1m AS
SELECT
  toStartOfMinute(readings.ts) AS ts, device, in_out,
  countIf(isFinite(value)) AS count, countIf(NOT isFinite(value)) AS not_finite, countIf(status != 0) AS bad_status,
  minOrNullIf(value, isFinite(value)) AS min, maxOrNullIf(value, isFinite(value)) AS max,
  sumIf(value, isFinite(value)) AS sum,
  max(readings.ts) AS last_ts, argMaxState(value, readings.ts) AS last
FROM readings GROUP BY ts, device, in_out`;

/** From the minutes that an insert makes, not from its readings: some thirty times fewer rows. */
const toHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS readings_to_1h TO readings_1h AS
SELECT
  toStartOfHour(readings_1m.ts) AS ts, device, in_out,
  sum(count) AS count, sum(not_finite) AS not_finite, sum(bad_status) AS bad_status,
  min(min) AS min, max(max) AS max, sum(sum) AS sum,
  max(last_ts) AS last_ts, argMaxMergeState(last) AS last
FROM readings_1m GROUP BY ts, device, in_out`;

export const readingsMigration: Migration = {
  id: 1,
  name: 'readings',
  statements: [
    readings,
    target('readings_1m', 'toYYYYMM(ts)'),
    target('readings_1h', 'toYear(ts)'),
    toMinutes,
    toHours,
  ],
};
