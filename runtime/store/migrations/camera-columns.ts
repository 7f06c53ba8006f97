/** Columns that the tables of camera events share. Only ever used by the steps that named them first. */

/** What tells an event from every other. */
export const EVENT_IDENTITY = `
  site           LowCardinality(String) COMMENT 'where the detector stands',
  detector       LowCardinality(String),
  run            UInt32 CODEC(Delta, ZSTD(1)),
  equipment      LowCardinality(String) COMMENT 'as in the ODB',
  serial         UInt32 COMMENT 'count of the equipment' CODEC(Delta, ZSTD(1)),
  copy           UInt32 COMMENT '0; 1, 2, ... for other events under the same serial' CODEC(T64, ZSTD(1))`;

/** What an event, or a transition, says of its run. */
export const OF_RUN = `
  run_started_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  pedestal       Bool COMMENT 'a run to make a pedestal of',
  high_voltage   Nullable(Bool) COMMENT 'whether the gain was on; NULL when the run does not say',
  exposure       Nullable(Float64) COMMENT 'seconds; NULL when the run does not say' CODEC(ZSTD(1))`;

/** Where a row came from. */
export const ORIGIN = `
  stored_at      DateTime64(3, 'UTC') COMMENT 'when JetStream had this message' CODEC(Delta, ZSTD(1)),
  stream         LowCardinality(String) COMMENT '<stream>@<created, ms>',
  sequence       UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at    DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1`;
