import { facts } from '../engines.ts';
import { EVENT_IDENTITY, OF_RUN, ORIGIN } from './camera-columns.ts';
import type { Migration } from './migration.ts';

/**
 * What was reconstructed, under the experiment's names: pixels at full resolution, camera counts, degrees; ADC counts and
 * samples of photomultipliers. Measured values have seven digits, enough for any of them, and half as large.
 *
 * Tables are sorted by run, since runs are what people look at; runs come in the order of time, so that a condition on
 * `ts` reads little more.
 */

const events = `CREATE TABLE IF NOT EXISTS events (
  ts             DateTime64(6, 'UTC') COMMENT 'from the header of the event: whole seconds' CODEC(Delta, ZSTD(1)),${EVENT_IDENTITY},
  picture        UInt16 COMMENT 'counts the pictures of the event from 0; an event without any has one row' CODEC(T64, ZSTD(1)),${OF_RUN},
  outcome        LowCardinality(String) COMMENT 'reconstructed, sampled-out, no-picture',
  reason         String COMMENT 'of an outcome that is not reconstructed' CODEC(ZSTD(1)),
  warnings       Array(LowCardinality(String)) CODEC(ZSTD(1)),
  pictures       UInt16 COMMENT 'of the event, sparks included' CODEC(T64, ZSTD(1)),
  waveforms      UInt32 COMMENT 'of the event' CODEC(T64, ZSTD(1)),
  camera         Nullable(UInt8) COMMENT 'NULL where there is no picture',
  kind           LowCardinality(String) COMMENT 'picture, spark; empty where there is none',
  cmos_integral  Nullable(Float64) COMMENT 'counts, zero-suppressed; of a spark, raw counts' CODEC(ZSTD(1)),
  cmos_mean      Nullable(Float64) COMMENT 'counts, zero-suppressed' CODEC(ZSTD(1)),
  cmos_rms       Nullable(Float64) COMMENT 'counts, zero-suppressed' CODEC(ZSTD(1)),
  nSc            UInt32 COMMENT 'clusters' CODEC(T64, ZSTD(1)),
  lp_len         UInt32 COMMENT 'points that were clustered' CODEC(T64, ZSTD(1)),
  pedestal_run   Nullable(UInt32) CODEC(ZSTD(1)),
  pedestal_version Nullable(UInt32) CODEC(ZSTD(1)),
  profile        LowCardinality(String) COMMENT 'of the reconstruction',
  code           LowCardinality(String) COMMENT 'version of Spillway',
  digest         String COMMENT 'of the raw event, sha256:...' CODEC(ZSTD(1)),
  vignetting     LowCardinality(String) COMMENT 'digest of the map of light; empty without one',
  hops           Map(LowCardinality(String), DateTime64(6, 'UTC')) COMMENT 'when each hop saw it' CODEC(ZSTD(1)),${ORIGIN},
  INDEX by_ts ts TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'detector, run, serial, copy, picture', partitionBy: 'toYYYYMM(ts)', keep: '5 YEAR' })}`;

const clusters = `CREATE TABLE IF NOT EXISTS clusters (
  ts             DateTime64(6, 'UTC') COMMENT 'of the event' CODEC(Delta, ZSTD(1)),${EVENT_IDENTITY},
  camera         UInt8,
  cluster        UInt32 COMMENT 'place in the picture, the brightest is 0' CODEC(T64, ZSTD(1)),
  sc_size        UInt32 COMMENT 'pixels' CODEC(T64, ZSTD(1)),
  sc_nhits       UInt32 COMMENT 'pixels above zero suppression' CODEC(T64, ZSTD(1)),
  sc_integral    Float32 COMMENT 'light of all pixels, counts above the pedestal, corrected for vignetting' CODEC(ZSTD(1)),
  sc_corrintegral Float32 COMMENT 'the same corrected for saturation' CODEC(ZSTD(1)),
  sc_rms         Float32 COMMENT 'standard deviation of the light of a pixel, counts' CODEC(ZSTD(1)),
  sc_theta       Nullable(Float32) COMMENT 'inclination of the longer axis, degrees' CODEC(ZSTD(1)),
  sc_length      Float32 COMMENT 'extent along the longer axis, pixels' CODEC(ZSTD(1)),
  sc_width       Float32 COMMENT 'extent across it, pixels' CODEC(ZSTD(1)),
  sc_lfullrms    Nullable(Float32) COMMENT 'RMS of the light along the longer axis, pixels' CODEC(ZSTD(1)),
  sc_tfullrms    Nullable(Float32) COMMENT 'RMS of the light across it, pixels' CODEC(ZSTD(1)),
  sc_xmean       Float32 COMMENT 'centre of the light, row of the picture' CODEC(ZSTD(1)),
  sc_ymean       Float32 COMMENT 'centre of the light, column of the picture' CODEC(ZSTD(1)),
  sc_xmin        UInt16 COMMENT 'row of the picture' CODEC(T64, ZSTD(1)),
  sc_xmax        UInt16 CODEC(T64, ZSTD(1)),
  sc_ymin        UInt16 COMMENT 'column of the picture' CODEC(T64, ZSTD(1)),
  sc_ymax        UInt16 CODEC(T64, ZSTD(1)),${ORIGIN},
  INDEX by_ts ts TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'detector, run, serial, copy, camera, cluster', partitionBy: 'toYYYYMM(ts)', keep: '1 YEAR' })}`;

const waveforms = `CREATE TABLE IF NOT EXISTS waveforms (
  ts             DateTime64(6, 'UTC') COMMENT 'of the event' CODEC(Delta, ZSTD(1)),${EVENT_IDENTITY},
  board          Int32 COMMENT 'model of CAEN' CODEC(ZSTD(1)),
  trigger        UInt32 COMMENT 'of the board within the event' CODEC(T64, ZSTD(1)),
  channel        UInt32 CODEC(T64, ZSTD(1)),
  sample_ns      Nullable(Float64) COMMENT 'time between samples' CODEC(ZSTD(1)),
  inside_exposure Nullable(Bool) COMMENT 'while all rows of the sensor were open',
  time_tag_ns    Nullable(Float64) COMMENT 'time of the trigger by the clock of the board' CODEC(ZSTD(1)),
  pmt_wf_baseline Float32 COMMENT 'mean of the first samples, ADC counts' CODEC(ZSTD(1)),
  pmt_wf_RMS     Float32 COMMENT 'of the first samples, ADC counts' CODEC(ZSTD(1)),
  pmt_wf_tot_integral Float32 COMMENT 'ADC counts times samples' CODEC(ZSTD(1)),
  pmt_wf_tot_charge Float32 COMMENT 'the same times 4/3 ns over 50 ohm' CODEC(ZSTD(1)),
  pmt_wf_max_ampl Float32 COMMENT 'highest sample over the baseline, ADC counts' CODEC(ZSTD(1)),
  pmt_TOT_time   Float32 COMMENT 'time over threshold, samples' CODEC(ZSTD(1)),
  pmt_TOT_area   Float32 COMMENT 'over threshold, ADC counts times samples' CODEC(ZSTD(1)),
  peaks          Array(Tuple(position Float32, height Float32, prominence Float32, half_width Float32, full_width Float32))
                 COMMENT 'samples and ADC counts' CODEC(ZSTD(1)),${ORIGIN},
  INDEX by_ts ts TYPE minmax GRANULARITY 1
) ${facts({ orderBy: 'detector, run, serial, copy, board, trigger, channel', partitionBy: 'toYYYYMM(ts)', keep: '1 YEAR' })}`;

export const reconstructionMigration: Migration = {
  id: 13,
  name: 'reconstruction',
  statements: [events, clusters, waveforms],
};
