import { DETECTOR } from './detector.ts';

/** The latest runs that had begun by the end of the range: more are not shown, and a detector may have hundreds of thousands. */
const LATEST = `SELECT run FROM run_begins WHERE ${DETECTOR} AND ts <= $__toTime_ms ORDER BY ts DESC LIMIT 500`;

/** Those of them that touch the range; one that never ended is over when the next one begins. */
const IN_RANGE = `SELECT * FROM (
  SELECT *, coalesce(ended, leadInFrame(toNullable(began)) OVER (ORDER BY began ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS closed
  FROM runs WHERE ${DETECTOR} AND run IN (${LATEST})
)
WHERE began <= $__toTime_ms AND (closed IS NULL OR closed >= $__fromTime_ms)`;

/** Everything that is known of each run, the latest first. */
export const runTable = `SELECT r.run AS run, if(r.pedestal, 'pedestal', 'data') AS kind, r.began AS began,
  dateDiff('second', r.began, r.closed) AS duration, r.exposure AS exposure,
  multiIf(isNull(r.high_voltage), 'not told', r.high_voltage, 'on', 'off') AS \`high voltage\`,
  if(r.ending = '', if(isNull(r.closed), 'goes on', 'no end told'), r.ending) AS ending,
  f.expected AS expected, if(f.version = 0, NULL, f.events) AS reconstructed,
  if(r.pedestal OR isNull(f.expected), NULL, toInt64(f.expected) - toInt64(f.events)) AS missing,
  if(f.version = 0, NULL, f.sparks) AS sparks, if(f.version = 0, NULL, f.clusters) AS clusters, f.cluster_rate AS \`clusters/s\`,
  f.light_yield AS \`light yield\`, f.light_yield_error AS \`±\`, nullIf(p.pedestal_run, 0) AS \`with pedestal\`, r.description AS description
FROM (${IN_RANGE}) AS r
LEFT ANY JOIN (SELECT * FROM run_figures WHERE ${DETECTOR} AND run IN (${LATEST})) AS f ON r.run = f.run AND r.site = f.site
LEFT ANY JOIN (
  SELECT run, site, max(pedestal_run) AS pedestal_run FROM events
  WHERE ${DETECTOR} AND run IN (${LATEST}) GROUP BY run, site
) AS p ON r.run = p.run AND r.site = p.site
ORDER BY r.began DESC`;

/** Figures of the runs that began in the range, by their begin. @param columns aggregates: one point may be of several runs */
export const overRuns = (...columns: readonly string[]): string =>
  `SELECT $__timeInterval(started_at) AS time, ${columns.join(', ')}
FROM run_figures
WHERE ${DETECTOR} AND NOT pedestal AND $__timeFilter(started_at) GROUP BY time ORDER BY time`;

/** Pedestals that were made in the range, by camera. */
export const pedestalSeries = (column: string): string =>
  `SELECT $__timeInterval(ts) AS time, concat('camera ', toString(camera)) AS name, avg(${column}) AS Value FROM pedestals
WHERE ${DETECTOR} AND outcome = 'made' AND $__timeFilter(ts) GROUP BY time, name ORDER BY time, name`;

/** Regions from begin to end. */
export const runRegions = `SELECT greatest(began, $__fromTime_ms) AS time, least(coalesce(closed, $__toTime_ms), $__toTime_ms) AS timeEnd,
  concat('run ', toString(run), if(pedestal, ', pedestal', ''), if(description = '', '', concat(': ', description))) AS text,
  if(pedestal, 'pedestal', 'data') AS tags
FROM (${IN_RANGE}) ORDER BY time`;

/** The latest run up to the end of the range. */
export const latestRun = `SELECT concat(toString(run), if(pedestal, ', pedestal', '')) AS run FROM run_begins
WHERE ${DETECTOR} AND ts <= $__toTime_ms ORDER BY ts DESC LIMIT 1`;
