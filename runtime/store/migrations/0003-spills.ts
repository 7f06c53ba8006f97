import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/** Packed records, and what was wrong with readings. Kept for good: a year of spills is 0.3 GB. */

const spills = `CREATE TABLE IF NOT EXISTS spills (
  spill_count    UInt32 COMMENT 'out of spill: the count of the spill before' CODEC(DoubleDelta, ZSTD(1)),
  in_out         Enum8('in' = 1, 'out' = 2),
  block_time     DateTime64(9, 'UTC') COMMENT 'time stamp of the block' CODEC(Delta, ZSTD(1)),
  stream         LowCardinality(String) COMMENT 'SPILL@<created, ms>',
  spill_sequence UInt64 COMMENT 'sequence in that stream' CODEC(DoubleDelta, ZSTD(1)),
  simulated      Bool,
  detector       LowCardinality(String),
  minor          UInt16 COMMENT 'schema version of the block' CODEC(ZSTD(1)),
  devices        UInt32 CODEC(T64, ZSTD(1)),
  values         UInt32 COMMENT 'of all devices together' CODEC(T64, ZSTD(1)),
  bytes          UInt32 COMMENT 'header and payload block' CODEC(T64, ZSTD(1)),
  sha256         FixedString(64) COMMENT 'of these bytes, in hexadecimal' CODEC(ZSTD(1)),
  stored_at      DateTime64(3, 'UTC') COMMENT 'when JetStream had it' CODEC(Delta, ZSTD(1)),
  hops           Map(LowCardinality(String), DateTime64(6, 'UTC')) COMMENT 'when each hop saw it' CODEC(ZSTD(1)),
  inserted_at    DateTime64(6, 'UTC') DEFAULT now64(6) CODEC(Delta, ZSTD(1)),
  INDEX by_count spill_count TYPE minmax GRANULARITY 1,
  INDEX by_sequence spill_sequence TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'block_time, in_out, spill_count', partitionBy: 'toYYYYMM(block_time)' })}`;

const problems = `CREATE TABLE IF NOT EXISTS reading_problems (
  ts          DateTime64(6, 'UTC') COMMENT 'trigger time given by the DAE' CODEC(Delta, ZSTD(1)),
  device      LowCardinality(String),
  code        LowCardinality(String) COMMENT 'error code, e.g. DEVICE_MISSING',
  detail      String CODEC(ZSTD(1)),
  in_out      Enum8('in' = 1, 'out' = 2),
  trigger     LowCardinality(String),
  source      LowCardinality(String),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'ts, code, device', partitionBy: 'toYYYYMM(ts)', keep: '5 YEAR' })}`;

export const spillsMigration: Migration = { id: 3, name: 'spills', statements: [spills, problems] };
