import type { Calibration } from './calibration.ts';
import { addMirroredRow, MACRO, MACRO_AREA } from './macro.ts';
import { medianRow, pairRow } from './median.ts';
import type { Workspace } from './workspace.ts';
import { sumSquares, suppressRow } from './zero-suppress.ts';

/** What is left of a picture after zero suppression, in macro-pixels, and its moments over all pixels. */
export interface MacroPicture {
  /** Sum and sum of squares of the zero-suppressed pixels, in counts and counts squared. */
  readonly sum: number;
  readonly squares: number;
  /** Sums of the 16 zero-suppressed pixels of each macro-pixel, scaled counts; row by row of the picture. */
  readonly light: Int32Array;
  /** Mean of the 16 median-filtered pixels of each macro-pixel, counts; row by row of the picture. */
  readonly edges: Float64Array;
}

/**
 * Reference C1 steps 2 to 8 in one pass: upper cut, pedestal, zero suppression, acceptance, median, rebinning. One row of the sensor at
 * a time, so that what a row becomes on its way never leaves the processor's cache, and only the rows that are accepted.
 */
export function macroPicture(
  picture: Uint16Array,
  calibration: Calibration,
  workspace: Workspace,
): MacroPicture {
  const { sensor, acceptance } = calibration.profile;
  const { row, median, pairs, light, filtered, edges } = workspace;
  const macros = sensor.columns / MACRO;
  light.fill(0);
  filtered.fill(0);
  pairs.high.fill(0);
  pairs.low.fill(0);
  let squares = 0;
  // The filter reaches one row beyond the last accepted one, which is 0 itself.
  for (let index = acceptance.first; index <= acceptance.end && index < sensor.rows; index++) {
    if (index < acceptance.end) suppressRow(picture, index * sensor.columns, calibration, row);
    else row.fill(0);
    if (index === 0) pairRow(row, pairs);
    medianRow(row, pairs, median);
    const start = Math.floor(index / MACRO) * macros;
    addMirroredRow(row, light, start);
    addMirroredRow(median, filtered, start);
    squares += sumSquares(row);
  }
  const { scale } = calibration;
  let sum = 0;
  for (let at = 0; at < light.length; at++) {
    sum += light[at] as number;
    edges[at] = (filtered[at] as number) / (MACRO_AREA * scale);
  }
  return { sum: sum / scale, squares: squares / (scale * scale), light, edges };
}
