import { TIME } from './columns.ts';

/** The variable that the boards of detectors choose one with. */
export const DETECTOR = 'detector = ${detector:singlequote}';

/** Figures of migration 0015, e.g. `clusters`, and the seconds that the camera was open for them. */
const figuresOf = (...quantities: readonly string[]): string => `FROM detector_at(interval = $__interval_s)
WHERE ${DETECTOR} AND quantity IN (${quantities.map(each => `'${each}'`).join(', ')}) AND $__timeFilter(ts)`;

const sumOf = (quantity: string): string => `sumIf(sum, quantity = '${quantity}')`;

/** A figure for each live second. */
export const perLiveSecond = (quantity: string): string =>
  `SELECT ${TIME}, ${sumOf(quantity)} / nullIf(${sumOf('live')}, 0) AS ${quantity}
${figuresOf(quantity, 'live')} GROUP BY time ORDER BY time`;

/** Share of the time in which the camera was open. */
export const liveShare = `SELECT ${TIME}, ${sumOf('live')} / $__interval_s AS live
${figuresOf('live')} GROUP BY time ORDER BY time`;

/** Number of values a minute, by label. */
export const perMinute = (quantity: string): string =>
  `SELECT ${TIME}, label, sum(count) * 60 / $__interval_s AS Value
${figuresOf(quantity)} GROUP BY time, label ORDER BY time, label`;

/** Mean of a figure, by label. */
export const meanOf = (quantity: string): string =>
  `SELECT ${TIME}, label, sum(sum) / sum(count) AS Value
${figuresOf(quantity)} GROUP BY time, label ORDER BY time, label`;

/** Mean of a figure of all labels together, with its extremes. */
export const bandOf = (quantity: string): string =>
  `SELECT ${TIME}, sum(sum) / sum(count) AS mean, min(min) AS lowest, max(max) AS highest
${figuresOf(quantity)} GROUP BY time ORDER BY time`;

/** Of the last ten minutes of the range; none without events. */
export const lately = (value: string): string =>
  `SELECT ${value} AS value FROM detector_1m
WHERE ${DETECTOR} AND ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime HAVING ${sumOf('live')} > 0`;

export const LATELY = {
  clustersPerLiveSecond: lately(`${sumOf('clusters')} / ${sumOf('live')}`),
  sparksPerHour: lately(`3600 * ${sumOf('sparks')} / ${sumOf('live')}`),
  liveShare: lately(`${sumOf('live')} / 600`),
} as const;
