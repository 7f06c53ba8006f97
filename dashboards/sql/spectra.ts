import { TIME } from './columns.ts';
import { DETECTOR } from './detector.ts';

/** A histogram of migration 0015. */
interface Spectrum {
  readonly variable: string;
  /** Lower edges of the bins that are drawn; the last one has no upper edge. */
  readonly edges: readonly number[];
}

const even = (width: number, bins: number): number[] => Array.from({ length: bins }, (_, bin) => width * bin);

export const SPECTRA = {
  integral: { variable: 'sc_integral', edges: even(500, 41) },
  length: { variable: 'sc_length', edges: even(25, 41) },
  width: { variable: 'sc_width', edges: even(5, 41) },
  density: { variable: 'density', edges: even(2, 41) },
} as const satisfies Record<string, Spectrum>;

/** A column per bin, named by its lower edge: clusters a minute. */
export const spectrumOverTime = ({ variable, edges }: Spectrum): string =>
  `SELECT ${TIME}, ${edges.map(low => `sumIf(count, low = ${low}) * 60 / $__interval_s AS \`${low}\``).join(', ')}
FROM spectra_at(interval = $__interval_s)
WHERE ${DETECTOR} AND variable = '${variable}' AND $__timeFilter(ts)
GROUP BY time ORDER BY time`;

const LENGTHS = even(50, 16);
const DENSITY = 4;
const DENSITIES = 12;

/** Clusters by length, a column each, and by density, a row each: the densest first. Empty rows are there too. */
export const lengthByDensity = `SELECT ${LENGTHS.map(low => `\`${low}\``).join(', ')}
FROM (
  SELECT toUInt16(low_2) AS density, ${LENGTHS.map(low => `sumIf(count, low = ${low}) AS \`${low}\``).join(', ')}
  FROM spectra_at(interval = $__interval_s)
  WHERE ${DETECTOR} AND variable = 'length and density' AND $__timeFilter(ts)
  GROUP BY density ORDER BY density WITH FILL FROM 0 TO ${DENSITY * DENSITIES} STEP ${DENSITY}
)
ORDER BY density DESC`;

/** The light of all clusters of a run, bin by bin. */
export const integralsOfRun = `SELECT bin AS \`from counts\`, clusters FROM (
  SELECT 500 * least(40, greatest(0, floor(sc_integral / 500))) AS bin, count() AS clusters
  FROM clusters WHERE ${DETECTOR} AND run IN (\${run:singlequote}) GROUP BY bin
) ORDER BY bin`;
