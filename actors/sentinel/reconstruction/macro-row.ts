import type { Calibration } from './calibration.ts';
import { MACRO } from './macro.ts';
import { medianAt, type RowPairs } from './median.ts';
import { suppressedAt } from './zero-suppress.ts';

/** Sums over the macro-pixels of the picture, scaled counts: of zero-suppressed pixels, and of those after the median. */
export interface MacroSums {
  readonly light: Int32Array;
  readonly filtered: Int32Array;
}

/**
 * Adds one row of the sensor to its row of macro-pixels: zero suppression, median and rebinning (reference C1 steps 2 to 5, 7 and 8) of four
 * pixels at a time, so that what a pixel becomes on its way never leaves the processor's registers.
 *
 * Macro-pixels lie mirrored: a row of the picture is the row of the sensor read backwards, for CYGNO turns the sensor's rows by 90
 * degrees and transposes (C1 step 1).
 *
 * @param row its number
 * @param pairs of the row above; replaced by those of this row
 * @returns sum of the squares of the zero-suppressed pixels: exact to 2^53, and beyond it rounded in one order on every machine
 */
export function addMacroRow(
  picture: Uint16Array,
  row: number,
  calibration: Calibration,
  { high, low }: RowPairs,
  { light, filtered }: MacroSums,
): number {
  const { pedestals, least, scale } = calibration;
  const { sensor, upperCut } = calibration.profile;
  const { columns } = sensor;
  const start = row * columns;
  let squares = 0;
  let to = lastOfRow(row, columns);
  let a = suppressedAt(picture, start, pedestals, least, scale, upperCut);
  for (let column = 0; column < columns; column += MACRO, to--) {
    const at = start + column;
    const b = suppressedAt(picture, at + 1, pedestals, least, scale, upperCut);
    const c = suppressedAt(picture, at + 2, pedestals, least, scale, upperCut);
    const d = suppressedAt(picture, at + 3, pedestals, least, scale, upperCut);
    const next =
      column + MACRO < columns ? suppressedAt(picture, at + MACRO, pedestals, least, scale, upperCut) : d;
    light[to] = (light[to] as number) + a + b + c + d;
    squares += a * a + b * b + (c * c + d * d);
    filtered[to] =
      (filtered[to] as number) +
      medianAt(a, b, column, high, low) +
      medianAt(b, c, column + 1, high, low) +
      medianAt(c, d, column + 2, high, low) +
      medianAt(d, next, column + 3, high, low);
    a = next;
  }
  return squares;
}

/** Adds a row without light, into which the median reaches from the row above. */
export function addDarkRow(row: number, { low }: RowPairs, { filtered }: MacroSums): void {
  let to = lastOfRow(row, low.length);
  for (let column = 0; column < low.length; column += MACRO, to--)
    for (let at = column; at < column + MACRO; at++)
      // Of two pixels without light and two that are not below it, the third smallest is the lesser of the latter.
      filtered[to] = (filtered[to] as number) + (low[at] as number);
}

const lastOfRow = (row: number, columns: number): number =>
  (Math.floor(row / MACRO) + 1) * (columns / MACRO) - 1;
