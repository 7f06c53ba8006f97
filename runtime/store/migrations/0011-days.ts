import { rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * Days, for what is heavy to merge: arrays and quantiles. A year of hours of one array of 216 channels is 1.9 million
 * averages, of days 79 thousand.
 */

const arrays = `CREATE TABLE IF NOT EXISTS reading_arrays_1d (
  ts     DateTime('UTC') COMMENT 'begin of the day' CODEC(Delta, ZSTD(1)),
  device LowCardinality(String),
  in_out Enum8('in' = 1, 'out' = 2),
  count  SimpleAggregateFunction(sum, UInt64) COMMENT 'arrays' CODEC(ZSTD(1)),
  mean   AggregateFunction(avgForEach, Array(Nullable(Float64))) COMMENT 'read with avgForEachMerge' CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'device, in_out, ts', partitionBy: 'toYear(ts)' })}`;

const arraysToDays = `CREATE MATERIALIZED VIEW IF NOT EXISTS reading_arrays_1h_to_1d TO reading_arrays_1d AS
SELECT toStartOfDay(reading_arrays_1h.ts) AS ts, device, in_out, sum(count) AS count, avgForEachMergeState(mean) AS mean
FROM reading_arrays_1h GROUP BY ts, device, in_out`;

const latencies = `CREATE TABLE IF NOT EXISTS latencies_1d (
  ts        DateTime('UTC') COMMENT 'begin of the day' CODEC(Delta, ZSTD(1)),
  hop       LowCardinality(String),
  count     SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  max       SimpleAggregateFunction(max, Float64) COMMENT 'milliseconds' CODEC(ZSTD(1)),
  quantiles AggregateFunction(quantilesTDigest(0.5, 0.99), Float64) COMMENT 'milliseconds' CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'hop, ts', partitionBy: 'toYear(ts)' })}`;

const latenciesToDays = `CREATE MATERIALIZED VIEW IF NOT EXISTS latencies_1h_to_1d TO latencies_1d AS
SELECT toStartOfDay(latencies_1h.ts) AS ts, hop, sum(count) AS count, max(max) AS max,
  quantilesTDigestMergeState(0.5, 0.99)(quantiles) AS quantiles
FROM latencies_1h GROUP BY ts, hop`;

const HOURS = '{interval:UInt32} >= 3600 AND {interval:UInt32} < 86400';
const DAYS = '{interval:UInt32} >= 86400';

const arraysAt = `CREATE OR REPLACE VIEW reading_arrays_at AS
SELECT toDateTime(reading_arrays.ts) AS ts, device, in_out, toUInt64(1) AS count,
  initializeAggregation('avgForEachState', arrayMap(each -> if(isFinite(each), each, NULL), values)) AS mean
FROM reading_arrays WHERE {interval:UInt32} < 60
UNION ALL SELECT ts, device, in_out, count, mean FROM reading_arrays_1m WHERE {interval:UInt32} >= 60 AND {interval:UInt32} < 3600
UNION ALL SELECT ts, device, in_out, count, mean FROM reading_arrays_1h WHERE ${HOURS}
UNION ALL SELECT ts, device, in_out, count, mean FROM reading_arrays_1d WHERE ${DAYS}`;

const latenciesAt = `CREATE OR REPLACE VIEW latencies_at AS
SELECT ts, hop, count, max, quantiles FROM latencies_1m WHERE {interval:UInt32} < 3600
UNION ALL SELECT ts, hop, count, max, quantiles FROM latencies_1h WHERE ${HOURS}
UNION ALL SELECT ts, hop, count, max, quantiles FROM latencies_1d WHERE ${DAYS}`;

export const daysMigration: Migration = {
  id: 11,
  name: 'days',
  statements: [arrays, arraysToDays, latencies, latenciesToDays, arraysAt, latenciesAt],
};
