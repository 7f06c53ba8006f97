import { rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * What boards draw of detectors over days and years: figures by the minute and hour, and histograms of clusters.
 *
 *     SELECT sumIf(sum, quantity = 'clusters') / sumIf(sum, quantity = 'live') AS clusters_a_live_second
 *     FROM detector_at(interval = 3600) WHERE detector = 'lime' AND ts >= …
 *
 * | quantity | label | each value is |
 * |---|---|---|
 * | `events` | outcome | 1, of an event |
 * | `live` | | seconds that the camera was open for an event with a picture |
 * | `sparks` | camera | 1 for a picture that is a spark, 0 for another one: the count is that of all pictures |
 * | `clusters`, `points` | camera | those of a picture |
 * | `cmos_mean`, `cmos_rms` | camera | counts, of a picture |
 * | `charge`, `amplitude`, `tot` | board and channel | `pmt_wf_tot_charge`, `pmt_wf_max_ampl`, `pmt_TOT_time` of a waveform |
 */

const figures = (name: string, partitionBy: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts       DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  site     LowCardinality(String),
  detector LowCardinality(String),
  quantity LowCardinality(String),
  label    LowCardinality(String) COMMENT 'outcome, camera, or board and channel',
  count    SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  min      SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
  max      SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
  sum      SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'detector, quantity, label, site, ts', partitionBy })}`;

const toMinutes = (
  view: string,
  table: string,
  each: string,
) => `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO detector_1m AS
SELECT toStartOfMinute(taken) AS ts, site, detector, each.1 AS quantity, each.2 AS label,
  count() AS count, min(each.3) AS min, max(each.3) AS max, sum(each.3) AS sum
FROM (SELECT ts AS taken, site, detector, arrayJoin(${each}) AS each FROM ${table})
WHERE isFinite(each.3)
GROUP BY ts, site, detector, quantity, label`;

const ofEvents = `arrayConcat(
    if(picture = 0, [('events', toString(outcome), 1.)], []),
    if(picture = 0 AND kind != '', [('live', '', coalesce(exposure, nan))], []),
    if(kind != '', [('sparks', toString(assumeNotNull(camera)), toFloat64(kind = 'spark'))], []),
    if(kind = 'picture', arrayMap(pair -> (pair.1, toString(assumeNotNull(camera)), pair.2), [
      ('clusters', toFloat64(nSc)), ('points', toFloat64(lp_len)),
      ('cmos_mean', coalesce(cmos_mean, nan)), ('cmos_rms', coalesce(cmos_rms, nan))
    ]), [])
  )`;

const ofWaveforms = `arrayMap(pair -> (pair.1, concat('V', toString(board), ' ', toString(channel)), pair.2), [
    ('charge', toFloat64(pmt_wf_tot_charge)), ('amplitude', toFloat64(pmt_wf_max_ampl)), ('tot', toFloat64(pmt_TOT_time))
  ])`;

const figuresToHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS detector_1m_to_1h TO detector_1h AS
SELECT toStartOfHour(detector_1m.ts) AS ts, site, detector, quantity, label,
  sum(count) AS count, min(min) AS min, max(max) AS max, sum(sum) AS sum
FROM detector_1m GROUP BY ts, site, detector, quantity, label`;

const figuresAt = `CREATE VIEW IF NOT EXISTS detector_at AS
SELECT ts, site, detector, quantity, label, count, min, max, sum FROM detector_1m WHERE {interval:UInt32} < 3600
UNION ALL
SELECT ts, site, detector, quantity, label, count, min, max, sum FROM detector_1h WHERE {interval:UInt32} >= 3600`;

/** Histograms: of a variable, or of two. The last bin has no upper edge. */
const spectra = (name: string, partitionBy: string, keep?: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts       DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  site     LowCardinality(String),
  detector LowCardinality(String),
  variable LowCardinality(String) COMMENT 'sc_integral, decades of it, sc_length, sc_width, density; length and density',
  low      Float32 COMMENT 'lower edge of the bin' CODEC(ZSTD(1)),
  low_2    Float32 COMMENT 'the same of the second variable, else 0' CODEC(ZSTD(1)),
  count    SimpleAggregateFunction(sum, UInt64) COMMENT 'clusters' CODEC(T64, ZSTD(1)),
  arrived  SimpleAggregateFunction(max, DateTime('UTC')) CODEC(Delta, ZSTD(1))
) ${rollUp({ orderBy: 'detector, variable, site, ts, low, low_2', partitionBy, arrival: 'arrived', ...(keep && { keep }) })}`;

const bin = (value: string, width: number, bins: number) =>
  `toFloat32(${width} * greatest(0, least(${bins - 1}, floor(${value} / ${width}))))`;

/** Light of a lit pixel, counts: tells alpha particles from electrons (cygno.md A10). */
const DENSITY = 'sc_integral / greatest(1, sc_nhits)';

const toSpectra = `CREATE MATERIALIZED VIEW IF NOT EXISTS clusters_to_spectra_1m TO spectra_1m AS
SELECT toStartOfMinute(taken) AS ts, site, detector, each.1 AS variable, each.2 AS low, each.3 AS low_2, count() AS count, now() AS arrived
FROM (
  SELECT ts AS taken, site, detector, arrayJoin([
    ('sc_integral', ${bin('sc_integral', 500, 41)}, toFloat32(0)),
    ('decades', toFloat32(exp10(greatest(10, least(70, floor(10 * log10(greatest(1, sc_integral))))) / 10)), toFloat32(0)),
    ('sc_length', ${bin('sc_length', 25, 41)}, toFloat32(0)),
    ('sc_width', ${bin('sc_width', 5, 41)}, toFloat32(0)),
    ('density', ${bin(DENSITY, 2, 41)}, toFloat32(0)),
    ('length and density', ${bin('sc_length', 50, 16)}, ${bin(DENSITY, 4, 12)})
  ]) AS each
  FROM clusters
)
WHERE isFinite(each.2)
GROUP BY ts, site, detector, variable, low, low_2`;

const spectraToHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS spectra_1m_to_1h TO spectra_1h AS
SELECT toStartOfHour(spectra_1m.ts) AS ts, site, detector, variable, low, low_2, sum(count) AS count, max(arrived) AS arrived
FROM spectra_1m GROUP BY ts, site, detector, variable, low, low_2`;

const spectraAt = `CREATE VIEW IF NOT EXISTS spectra_at AS
SELECT ts, site, detector, variable, low, low_2, count FROM spectra_1m WHERE {interval:UInt32} < 3600
UNION ALL SELECT ts, site, detector, variable, low, low_2, count FROM spectra_1h WHERE {interval:UInt32} >= 3600`;

export const detectorsMigration: Migration = {
  id: 15,
  name: 'detectors',
  statements: [
    figures('detector_1m', 'toYYYYMM(ts)'),
    figures('detector_1h', 'toYear(ts)'),
    toMinutes('events_to_detector_1m', 'events', ofEvents),
    toMinutes('waveforms_to_detector_1m', 'waveforms', ofWaveforms),
    figuresToHours,
    figuresAt,
    spectra('spectra_1m', 'toYYYYMM(ts)', '180 DAY'),
    spectra('spectra_1h', 'toYear(ts)'),
    toSpectra,
    spectraToHours,
    spectraAt,
  ],
};
