import type { Calibration } from './calibration.ts';

/**
 * One row of the sensor with the pedestal subtracted and all but the significant pixels set to 0 (reference C1 steps 2, 3 and 5).
 *
 * Raw counts of `upperCut` and more become 0 *before* the subtraction: such a pixel falls below its pedestal and is suppressed.
 * Written without branches, since half-random data would make the processor guess wrong at every other pixel.
 *
 * @param picture raw counts, row by row of the sensor
 * @param start first pixel of the row
 * @param row the row, scaled counts above the pedestal or 0; its length is the number of columns
 */
export function suppressRow(
  picture: Uint16Array,
  start: number,
  calibration: Calibration,
  row: Int32Array,
): void {
  const { scale, pedestals, least } = calibration;
  const { upperCut } = calibration.profile;
  for (let column = 0; column < row.length; column++) {
    const at = start + column;
    const counts = picture[at] as number;
    // All ones when least <= counts < upperCut, else 0: the sign bit of two differences.
    const kept = (((least[at] as number) - 1 - counts) & (counts - upperCut)) >> 31;
    row[column] = (Math.imul(counts, scale) - (pedestals[at] as number)) & kept;
  }
}

/** Sum of the squares of a row: exact to 2^53, and beyond it rounded in one order on every machine. */
export function sumSquares(row: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at += 4) {
    const a = row[at] as number;
    const b = row[at + 1] as number;
    const c = row[at + 2] as number;
    const d = row[at + 3] as number;
    sum += a * a + b * b + (c * c + d * d);
  }
  return sum;
}
