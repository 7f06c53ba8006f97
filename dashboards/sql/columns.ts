/**
 * Pieces of SQL that boards share. `time` is what every series begins with. Where a column names the series, the number is
 * called `Value`: Grafana then shows the name alone, not `value E:TRTGTD`.
 */

/** Mean of what a roll-up view holds; NULL where there was nothing. */
export const MEAN = 'sum(sum) / nullIf(sum(count), 0)';

/** Begin of the bin. */
export const TIME = '$__timeInterval(ts) AS time';

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
export const listed = (names: readonly string[]): string => names.map(quoted).join(', ');

/** One series per quantity of the store (migration 0007), e.g. `pot`, `target_x`. */
export const quantitySeries = (names: readonly string[], value = MEAN): string =>
  `SELECT ${TIME}, quantity, ${value} AS Value
FROM quantities_at(interval = $__interval_s)
WHERE quantity IN (${listed(names)}) AND $__timeFilter(ts)
GROUP BY time, quantity ORDER BY time, quantity`;

/** One quantity as a series of its own, with its extremes within each bin where it is drawn as a band. */
export const quantityBand = (name: string): string =>
  `SELECT ${TIME}, ${MEAN} AS mean, min(min) AS lowest, max(max) AS highest
FROM quantities_at(interval = $__interval_s)
WHERE quantity = '${name}' AND $__timeFilter(ts)
GROUP BY time ORDER BY time`;

/** One series per scalar device. */
export const deviceSeries = (devices: readonly string[], value = MEAN): string =>
  `SELECT ${TIME}, device, ${value} AS Value
FROM readings_at(interval = $__interval_s)
WHERE device IN (${listed(devices)}) AND $__timeFilter(ts)
GROUP BY time, device ORDER BY time, device`;

/** Some elements of an array device, a column each. */
export const elementSeries = (
  device: string,
  elements: readonly (readonly [name: string, index: number])[],
): string =>
  `SELECT time, ${elements.map(([name, index]) => `mean[${index + 1}] AS \`${name}\``).join(', ')}
FROM (
  SELECT ${TIME}, avgForEachMerge(mean) AS mean
  FROM reading_arrays_at(interval = $__interval_s)
  WHERE device = '${device}' AND $__timeFilter(ts)
  GROUP BY time
) ORDER BY time`;
