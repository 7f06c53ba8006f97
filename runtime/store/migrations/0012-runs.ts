import { facts } from '../engines.ts';
import { EVENT_IDENTITY, OF_RUN, ORIGIN } from './camera-columns.ts';
import type { Migration } from './migration.ts';

/**
 * Runs of a detector: their events as they came in, what is missing among them, begin and end, pedestals, and what each
 * amounts to. `runs` has one row per run with both its transitions, `run_figures` the last summary of each.
 */

const rawEvents = `CREATE TABLE IF NOT EXISTS raw_events (
  ts             DateTime64(6, 'UTC') COMMENT 'from the header of the event: whole seconds' CODEC(Delta, ZSTD(1)),${EVENT_IDENTITY},
  event_id       UInt16,
  trigger_mask   UInt16,${OF_RUN},
  body           String COMMENT 'name in the event store' CODEC(ZSTD(1)),
  bytes          UInt64 COMMENT 'of the body' CODEC(T64, ZSTD(1)),
  digest         String COMMENT 'of the body, sha256:...' CODEC(ZSTD(1)),
  source         LowCardinality(String) COMMENT 'file, or address of the sender',
  source_offset  UInt64 COMMENT 'bytes from its begin, uncompressed' CODEC(Delta, ZSTD(1)),
  hops           Map(LowCardinality(String), DateTime64(6, 'UTC')) COMMENT 'when each hop saw it' CODEC(ZSTD(1)),${ORIGIN},
  INDEX by_ts ts TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'detector, run, serial, copy', partitionBy: 'toYYYYMM(ts)', keep: '2 YEAR' })}`;

const gaps = `CREATE TABLE IF NOT EXISTS event_gaps (
  ts             DateTime64(6, 'UTC') COMMENT 'of the event at which it was noticed' CODEC(Delta, ZSTD(1)),
  site           LowCardinality(String),
  detector       LowCardinality(String),
  run            UInt32,
  equipment      LowCardinality(String),
  kind           LowCardinality(String) COMMENT 'missing, duplicate, copy, damaged',
  first          UInt32 COMMENT 'first serial concerned',
  last           UInt32 COMMENT 'last serial concerned',
  reason         String CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'detector, run, first' })}`;

const begins = `CREATE TABLE IF NOT EXISTS run_begins (
  ts             DateTime64(6, 'UTC') COMMENT 'begin of the run' CODEC(Delta, ZSTD(1)),
  site           LowCardinality(String),
  detector       LowCardinality(String),
  run            UInt32,
  pedestal       Bool COMMENT 'a run to make a pedestal of',
  high_voltage   Nullable(Bool) COMMENT 'whether the gain was on; NULL when the run does not say',
  exposure       Nullable(Float64) COMMENT 'seconds; NULL when the run does not say',
  description    String COMMENT 'what the shifter wrote' CODEC(ZSTD(1)),
  conditions     Map(LowCardinality(String), String) COMMENT 'from the ODB, by the names that the configuration gives' CODEC(ZSTD(1)),
  settings       Map(LowCardinality(String), Float64) COMMENT 'those of them that are numbers, or yes (1) and no (0)' CODEC(ZSTD(1)),
  odb            LowCardinality(String) COMMENT 'read, unreadable, none',
  odb_mended     Bool COMMENT 'its text had to be mended before it could be read',
  odb_reason     String COMMENT 'why it could not be read, or why there is none' CODEC(ZSTD(1)),
  odb_body       String COMMENT 'name in the event store' CODEC(ZSTD(1)),
  odb_bytes      UInt64,
  odb_digest     String CODEC(ZSTD(1)),
  source         String COMMENT 'file, or address of the sender' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'detector, run, site' })}`;

const ends = `CREATE TABLE IF NOT EXISTS run_ends (
  ts             DateTime64(6, 'UTC') COMMENT 'end of the run' CODEC(Delta, ZSTD(1)),
  site           LowCardinality(String),
  detector       LowCardinality(String),
  run            UInt32,${OF_RUN},
  ending         LowCardinality(String) COMMENT 'end-of-run, truncated, malformed, interrupted',
  code           LowCardinality(String) COMMENT 'of the error that ended it, if one did',
  message        String COMMENT 'of that error' CODEC(ZSTD(1)),
  equipment      Map(LowCardinality(String), Tuple(
                   events UInt64, first_serial Nullable(UInt32), last_serial Nullable(UInt32), missing UInt64, duplicates UInt64
                 )) COMMENT 'counts; events of slow control are readings, not raw events' CODEC(ZSTD(1)),
  raw_events     UInt64 COMMENT 'references, copies included',
  bytes          UInt64 COMMENT 'of the events, uncompressed',${ORIGIN}
) ${facts({ orderBy: 'detector, run, site' })}`;

/** A detector's run number is used once at a site; a run that goes on has no end yet. */
const runs = `CREATE VIEW IF NOT EXISTS runs AS
SELECT b.ts AS began, if(e.ending = '', NULL, e.ts) AS ended, b.site AS site, b.detector AS detector, b.run AS run,
  b.pedestal AS pedestal, b.high_voltage AS high_voltage, b.exposure AS exposure, b.description AS description,
  b.conditions AS conditions, b.settings AS settings, e.ending AS ending, e.code AS code, e.message AS message,
  if(e.ending = '', NULL, e.raw_events) AS raw_events, e.equipment AS equipment, e.bytes AS bytes, b.source AS source
FROM run_begins AS b LEFT ANY JOIN run_ends AS e ON b.detector = e.detector AND b.run = e.run AND b.site = e.site`;

const pedestals = `CREATE TABLE IF NOT EXISTS pedestals (
  ts             DateTime64(6, 'UTC') COMMENT 'when the maps were made' CODEC(Delta, ZSTD(1)),
  site           LowCardinality(String),
  detector       LowCardinality(String),
  run            UInt32,
  camera         UInt8,
  cameras        Array(UInt8) COMMENT 'of which this run has a row, this one among them',
  version        UInt32 COMMENT 'counts the maps made of this run',${OF_RUN},
  events         UInt64 COMMENT 'raw events of the run',
  left_out       Array(Tuple(serial UInt32, copy UInt32, code String, reason String))
                 COMMENT 'events that no picture was taken of' CODEC(ZSTD(1)),
  outcome        LowCardinality(String) COMMENT 'made, refused',
  code           LowCardinality(String) COMMENT 'why it was refused',
  reason         String CODEC(ZSTD(1)),
  pictures       UInt32,
  rows           UInt32 COMMENT 'pixels',
  columns        UInt32 COMMENT 'pixels',
  body           String COMMENT 'of the maps, in the event store' CODEC(ZSTD(1)),
  bytes          UInt64,
  digest         String CODEC(ZSTD(1)),
  sum            Nullable(Float64) COMMENT 'of the mean picture, counts',
  mean           Nullable(Float64) COMMENT 'of all pixels and pictures, counts',
  sigma          Nullable(Float64) COMMENT 'likewise',
  regions        Array(Tuple(mean Float64, sigma Float64)) COMMENT 'nine of 256 x 256, row by row, counts' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'detector, run, camera, version' })}`;

const summaries = `CREATE TABLE IF NOT EXISTS run_summaries (
  ts               DateTime64(6, 'UTC') COMMENT 'when JetStream stored the last message that is in it' CODEC(Delta, ZSTD(1)),
  site             LowCardinality(String),
  detector         LowCardinality(String),
  run              UInt32,
  version          UInt32 COMMENT 'counts the summaries of this run' CODEC(ZSTD(1)),
  complete         Bool COMMENT 'the run has ended, and every raw event of it has its reconstruction',
  started_at       DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  ended_at         Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  pedestal         Bool,
  expected         Nullable(UInt64) COMMENT 'raw events of cameras; NULL while the run goes on' CODEC(ZSTD(1)),
  events           UInt64 COMMENT 'with a reconstruction' CODEC(ZSTD(1)),
  reconstructed    UInt64 CODEC(ZSTD(1)),
  sampled_out      UInt64 COMMENT 'not looked at, to keep up' CODEC(ZSTD(1)),
  no_picture       UInt64 CODEC(ZSTD(1)),
  sparks           UInt64 COMMENT 'pictures that are sparks' CODEC(ZSTD(1)),
  pictures         UInt64 COMMENT 'pictures that are none' CODEC(ZSTD(1)),
  clusters         UInt64 CODEC(ZSTD(1)),
  waveforms        UInt64 CODEC(ZSTD(1)),
  live_seconds     Nullable(Float64) COMMENT 'in which the camera was open' CODEC(ZSTD(1)),
  elapsed_seconds  Nullable(Float64) COMMENT 'from the first to the last event, and one exposure' CODEC(ZSTD(1)),
  cluster_rate     Nullable(Float64) COMMENT 'clusters a live second' CODEC(ZSTD(1)),
  spark_rate       Nullable(Float64) COMMENT 'sparks a live second' CODEC(ZSTD(1)),
  light_yield      Nullable(Float64) COMMENT 'peak of iron-55 spots in sc_integral, counts; NULL when there is none' CODEC(ZSTD(1)),
  light_yield_error Nullable(Float64) COMMENT 'of the peak, counts' CODEC(ZSTD(1)),
  light_yield_sigma Nullable(Float64) COMMENT 'width of the peak, counts' CODEC(ZSTD(1)),
  light_yield_spots Nullable(UInt64) CODEC(ZSTD(1)),
  mean_integral    Nullable(Float64) COMMENT 'mean sc_integral of all clusters, counts' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'detector, run, site, version' })}`;

const figures = `CREATE VIEW IF NOT EXISTS run_figures AS
SELECT * FROM run_summaries ORDER BY detector, run, site, version DESC LIMIT 1 BY detector, run, site`;

export const runsMigration: Migration = {
  id: 12,
  name: 'runs',
  statements: [rawEvents, gaps, begins, ends, runs, pedestals, summaries, figures],
};
