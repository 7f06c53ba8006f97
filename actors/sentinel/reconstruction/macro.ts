/** Side of a macro-pixel in pixels: the rebinning of every site (reference C1 step 7). */
export const MACRO = 4;

/** Pixels of a macro-pixel. */
export const MACRO_AREA = MACRO * MACRO;

/**
 * Adds one row of pixels to the sums of its row of macro-pixels, which lie mirrored: a row of the picture is the row of
 * the sensor read backwards, for CYGNO turns the sensor's rows by 90 degrees and transposes (C1 step 1).
 *
 * @param row pixels of one sensor row, scaled counts
 * @param sums macro-pixels, first one of the row at `start`; `row.length / 4` of them are added to
 */
export function addMirroredRow(row: Int32Array, sums: Int32Array, start: number): void {
  let to = start + row.length / MACRO - 1;
  for (let at = 0; at < row.length; at += MACRO, to--) {
    sums[to] =
      (sums[to] as number) +
      (row[at] as number) +
      (row[at + 1] as number) +
      (row[at + 2] as number) +
      (row[at + 3] as number);
  }
}
