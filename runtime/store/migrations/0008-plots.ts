import { rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * What plots read. Each `…_at(interval = seconds)` gives rows of the coarsest table that still has a row per interval,
 * so that a year is drawn from as few rows as an hour. Conditions on its columns reach the table's index:
 *
 *     SELECT toStartOfInterval(ts, INTERVAL 600 SECOND) AS time, sum(sum) / sum(count) AS mean
 *     FROM readings_at(interval = 600) WHERE device = 'E:TRTGTD' AND ts >= … GROUP BY time ORDER BY time
 *
 * The branches not wanted have a condition that is constantly false: the engine reads nothing of them.
 */

const RAW = '{interval:UInt32} < 60';
const MINUTES = '{interval:UInt32} >= 60 AND {interval:UInt32} < 3600';
const HOURS = '{interval:UInt32} >= 3600';

const finite = 'arrayMap(each -> if(isFinite(each), each, NULL), values)';

const readingsAt = `CREATE VIEW IF NOT EXISTS readings_at AS
SELECT toDateTime(readings.ts) AS ts, device, in_out, toUInt64(isFinite(value)) AS count, toUInt64(status != 0) AS bad_status,
  if(isFinite(value), value, NULL) AS min, if(isFinite(value), value, NULL) AS max, if(isFinite(value), value, 0) AS sum
FROM readings WHERE ${RAW}
UNION ALL SELECT ts, device, in_out, count, bad_status, min, max, sum FROM readings_1m WHERE ${MINUTES}
UNION ALL SELECT ts, device, in_out, count, bad_status, min, max, sum FROM readings_1h WHERE ${HOURS}`;

const arraysAt = `CREATE VIEW IF NOT EXISTS reading_arrays_at AS
SELECT toDateTime(reading_arrays.ts) AS ts, device, in_out, toUInt64(1) AS count,
  initializeAggregation('avgForEachState', ${finite}) AS mean
FROM reading_arrays WHERE ${RAW}
UNION ALL SELECT ts, device, in_out, count, mean FROM reading_arrays_1m WHERE ${MINUTES}
UNION ALL SELECT ts, device, in_out, count, mean FROM reading_arrays_1h WHERE ${HOURS}`;

const quantitiesAt = `CREATE VIEW IF NOT EXISTS quantities_at AS
SELECT toDateTime(quantities.ts) AS ts, quantity, toUInt64(1) AS count, value AS min, value AS max, value AS sum
FROM quantities WHERE ${RAW}
UNION ALL SELECT ts, quantity, count, min, max, sum FROM quantities_1m WHERE ${MINUTES}
UNION ALL SELECT ts, quantity, count, min, max, sum FROM quantities_1h WHERE ${HOURS}`;

/**
 * Figures of the heartbeats: `figure` is `running` (1 or 0), of a lane (`name` is its stream) `position`, `lag`, `rate`,
 * `retries`, `dead`, of a latency `p50` and `p99` (ms, since the start), or `counter` with its name.
 */
const flow = (name: string, partitionBy: string, keep?: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts      DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  actor   LowCardinality(String),
  figure  LowCardinality(String),
  name    LowCardinality(String),
  count   SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  min     SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
  max     SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
  sum     SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  arrived SimpleAggregateFunction(max, DateTime('UTC')) CODEC(Delta, ZSTD(1))
) ${rollUp({ orderBy: 'figure, name, actor, ts', partitionBy, arrival: 'arrived', ...(keep && { keep }) })}`;

const ofLanes = (field: string) =>
  `arrayMap((name, lane) -> ('${field}', name, toFloat64(lane.${field})), mapKeys(lanes), mapValues(lanes))`;
const ofLatencies = (field: string) =>
  `arrayMap((name, latency) -> ('${field}', name, latency.${field}), mapKeys(latencies), mapValues(latencies))`;

const flowToMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS health_to_flow_1m TO flow_1m AS
SELECT toStartOfMinute(seen) AS ts, actor, each.1 AS figure, each.2 AS name,
  count() AS count, min(each.3) AS min, max(each.3) AS max, sum(each.3) AS sum, now() AS arrived
FROM (
  SELECT ts AS seen, actor, arrayJoin(arrayConcat(
    [('running', '', toFloat64(state = 'running'))],
    ${['position', 'lag', 'rate', 'retries', 'dead'].map(ofLanes).join(',\n    ')},
    ${['p50', 'p99'].map(ofLatencies).join(',\n    ')},
    arrayMap((name, value) -> ('counter', name, value), mapKeys(counters), mapValues(counters))
  )) AS each
  FROM health
)
WHERE isFinite(each.3)
GROUP BY ts, actor, figure, name`;

const flowToHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS flow_1m_to_1h TO flow_1h AS
SELECT toStartOfHour(flow_1m.ts) AS ts, actor, figure, name,
  sum(count) AS count, min(min) AS min, max(max) AS max, sum(sum) AS sum, max(arrived) AS arrived
FROM flow_1m GROUP BY ts, actor, figure, name`;

const flowAt = `CREATE VIEW IF NOT EXISTS flow_at AS
SELECT ts, actor, figure, name, count, min, max, sum FROM flow_1m WHERE {interval:UInt32} < 3600
UNION ALL SELECT ts, actor, figure, name, count, min, max, sum FROM flow_1h WHERE ${HOURS}`;

/** How long in-spill records took from hop to hop, and on the whole (`all`); out of spill, devices are read seconds later. */
const latencies = (name: string, partitionBy: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts        DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  hop       LowCardinality(String) COMMENT 'callback, accepted, packed, stored, all',
  count     SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  max       SimpleAggregateFunction(max, Float64) COMMENT 'milliseconds' CODEC(ZSTD(1)),
  quantiles AggregateFunction(quantilesTDigest(0.5, 0.99), Float64) COMMENT 'milliseconds' CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'hop, ts', partitionBy })}`;

const ms = (from: string, to: string) =>
  `(toUnixTimestamp64Micro(toDateTime64(${to}, 6)) - toUnixTimestamp64Micro(toDateTime64(${from}, 6))) / 1000`;

const spillsToMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS spills_to_latencies_1m TO latencies_1m AS
SELECT toStartOfMinute(toDateTime(block_time)) AS ts, each.1 AS hop,
  count() AS count, max(each.2) AS max, quantilesTDigestState(0.5, 0.99)(each.2) AS quantiles
FROM (
  SELECT block_time, arrayJoin([
    ('callback', ${ms("hops['triggered']", "hops['received']")}),
    ('accepted', ${ms("hops['received']", "hops['accepted']")}),
    ('packed', ${ms("hops['accepted']", 'stored_at')}),
    ('stored', ${ms('stored_at', 'inserted_at')}),
    ('all', ${ms("hops['triggered']", 'inserted_at')})
  ]) AS each
  FROM spills
  WHERE in_out = 'in' AND mapContains(hops, 'triggered') AND mapContains(hops, 'received') AND mapContains(hops, 'accepted')
)
GROUP BY ts, hop`;

const latenciesToHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS latencies_1m_to_1h TO latencies_1h AS
SELECT toStartOfHour(latencies_1m.ts) AS ts, hop, sum(count) AS count, max(max) AS max,
  quantilesTDigestMergeState(0.5, 0.99)(quantiles) AS quantiles
FROM latencies_1m GROUP BY ts, hop`;

const latenciesAt = `CREATE VIEW IF NOT EXISTS latencies_at AS
SELECT ts, hop, count, max, quantiles FROM latencies_1m WHERE {interval:UInt32} < 3600
UNION ALL SELECT ts, hop, count, max, quantiles FROM latencies_1h WHERE ${HOURS}`;

export const plotsMigration: Migration = {
  id: 8,
  name: 'plots',
  statements: [
    readingsAt,
    arraysAt,
    quantitiesAt,
    flow('flow_1m', 'toYYYYMM(ts)', '180 DAY'),
    flow('flow_1h', 'toYear(ts)'),
    flowToMinutes,
    flowToHours,
    flowAt,
    latencies('latencies_1m', 'toYYYYMM(ts)'),
    latencies('latencies_1h', 'toYear(ts)'),
    spillsToMinutes,
    latenciesToHours,
    latenciesAt,
  ],
};
