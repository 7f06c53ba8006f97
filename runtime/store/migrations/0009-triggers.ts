import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * One row per set of readings: what came when, and when JetStream had it. The order in which alarms were decided is that
 * of `stored_at` and `sequence`, not that of the triggers themselves: callbacks may be late.
 */

const triggers = `CREATE TABLE IF NOT EXISTS triggers (
  ts          DateTime64(6, 'UTC') COMMENT 'trigger time given by the DAE' CODEC(Delta, ZSTD(1)),
  trigger     LowCardinality(String) COMMENT 'accelerator event or timer',
  in_out      Enum8('in' = 1, 'out' = 2) COMMENT 'list that was read',
  source      LowCardinality(String) COMMENT 'front end',
  mode        LowCardinality(String) COMMENT 'callback or polling',
  devices     UInt32 COMMENT 'that gave a reading' CODEC(T64, ZSTD(1)),
  problems    UInt32 COMMENT 'see reading_problems' CODEC(T64, ZSTD(1)),
  hops        Map(LowCardinality(String), DateTime64(6, 'UTC')) COMMENT 'when each hop saw it' CODEC(ZSTD(1)),
  stored_at   DateTime64(3, 'UTC') COMMENT 'when JetStream had it' CODEC(Delta, ZSTD(1)),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'stored_at, sequence', partitionBy: 'toYYYYMM(stored_at)', keep: '5 YEAR' })}`;

export const triggersMigration: Migration = { id: 9, name: 'triggers', statements: [triggers] };
