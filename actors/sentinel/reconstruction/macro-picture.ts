import type { Calibration } from './calibration.ts';
import { MACRO_AREA } from './macro.ts';
import { addDarkRow, addMacroRow } from './macro-row.ts';
import type { Workspace } from './workspace.ts';

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
 * Reference C1 steps 2 to 8 in one pass: upper cut, pedestal, zero suppression, acceptance, median, rebinning; row by row of the
 * sensor, and only the rows that are accepted.
 */
export function macroPicture(
  picture: Uint16Array,
  calibration: Calibration,
  workspace: Workspace,
): MacroPicture {
  const { sensor, acceptance } = calibration.profile;
  const { pairs, light, filtered, edges } = workspace;
  pairs.high.fill(0);
  pairs.low.fill(0);
  // Above the first row of the sensor stands that row itself.
  if (acceptance.first === 0) addMacroRow(picture, 0, calibration, pairs, workspace);
  light.fill(0);
  filtered.fill(0);
  let squares = 0;
  for (let row = acceptance.first; row < acceptance.end; row++)
    squares += addMacroRow(picture, row, calibration, pairs, workspace);
  if (acceptance.end < sensor.rows) addDarkRow(acceptance.end, pairs, workspace);
  const { scale } = calibration;
  let sum = 0;
  for (let at = 0; at < light.length; at++) {
    sum += light[at] as number;
    edges[at] = (filtered[at] as number) / (MACRO_AREA * scale);
  }
  return { sum: sum / scale, squares: squares / (scale * scale), light, edges };
}
