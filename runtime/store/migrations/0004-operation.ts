import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/** How the system itself does: heartbeats, the ledger, and what has reached this store. */

const health = `CREATE TABLE IF NOT EXISTS health (
  ts          DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  actor       LowCardinality(String),
  instance    String COMMENT 'host and process' CODEC(ZSTD(1)),
  host        LowCardinality(String),
  pid         UInt32 CODEC(ZSTD(1)),
  version     LowCardinality(String),
  state       LowCardinality(String),
  started_at  DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  last_error  String CODEC(ZSTD(1)),
  lanes       Map(LowCardinality(String), Tuple(position UInt64, lag UInt64, rate Float64, retries UInt64, dead UInt64))
              COMMENT 'by stream' CODEC(ZSTD(1)),
  counters    Map(LowCardinality(String), Float64) COMMENT 'since the start, by name{label=value}' CODEC(ZSTD(1)),
  latencies   Map(LowCardinality(String), Tuple(count UInt64, p50 Float64, p99 Float64, max Float64))
              COMMENT 'milliseconds, since the start' CODEC(ZSTD(1)),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
) ${facts({ orderBy: 'actor, ts', partitionBy: 'toYYYYMM(ts)', keep: '90 DAY' })}`;

const ledger = `CREATE TABLE IF NOT EXISTS ledger (
  ts          DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  stage       LowCardinality(String) COMMENT 'what was reached, or who missed it',
  kind        Enum8('reached' = 1, 'missing' = 2),
  of_stream   LowCardinality(String) COMMENT 'stream of the messages meant',
  first       UInt64 CODEC(ZSTD(1)),
  last        UInt64 CODEC(ZSTD(1)),
  count       UInt64 COMMENT 'messages within the range' CODEC(ZSTD(1)),
  reason      String COMMENT 'of what is missing' CODEC(ZSTD(1)),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
) ${facts({ orderBy: 'stage, ts' })}`;

const deliveries = `CREATE TABLE IF NOT EXISTS deliveries (
  stream      LowCardinality(String) COMMENT 'stream of the messages',
  first       UInt64 CODEC(DoubleDelta, ZSTD(1)),
  last        UInt64 COMMENT 'all rows of the messages up to here are in the store' CODEC(DoubleDelta, ZSTD(1)),
  messages    UInt32 CODEC(T64, ZSTD(1)),
  rows        UInt64 CODEC(T64, ZSTD(1)),
  inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
) ${facts({ orderBy: 'stream, last' })}`;

export const operationMigration: Migration = {
  id: 4,
  name: 'operation',
  statements: [health, ledger, deliveries],
};
