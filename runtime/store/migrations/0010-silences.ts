import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/** What happened to silences: one row per revision, the last one of each is how it stands. */

const silences = `CREATE TABLE IF NOT EXISTS silences (
  ts               DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  silence          String COMMENT 'identity' CODEC(ZSTD(1)),
  revision         UInt32 COMMENT 'counts the changes of this silence',
  phase            LowCardinality(String) COMMENT 'pending, active, expired',
  matchers         Array(Tuple(name String, value String, is_regex Bool, is_equal Bool)) CODEC(ZSTD(1)),
  starts_at        DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  ends_at          DateTime64(6, 'UTC') COMMENT 'at the latest; when it ended, once it is expired' CODEC(Delta, ZSTD(1)),
  end_when_cleared Bool,
  person           LowCardinality(String) COMMENT 'who made it, or changed it last',
  comment          String CODEC(ZSTD(1)),
  ended_by         LowCardinality(String) COMMENT 'who ended it before its time',
  matching         UInt32 COMMENT 'active alarms that it silences',
  fired            UInt32 COMMENT 'times an alarm was raised while it was silenced by this',
  stored_at        DateTime64(3, 'UTC') COMMENT 'when JetStream had this message' CODEC(Delta, ZSTD(1)),
  stream           LowCardinality(String),
  sequence         UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at      DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'ts, silence, revision' })}`;

export const silencesMigration: Migration = { id: 10, name: 'silences', statements: [silences] };
