/**
 * One pixel with its pedestal subtracted, 0 when it is not significant (reference C1 steps 2, 3 and 5).
 *
 * Raw counts of `upperCut` and more become 0 *before* the subtraction: such a pixel falls below its pedestal and is suppressed.
 * Written without branches, since half-random data would make the processor guess wrong at every other pixel; and given its tables
 * one by one, for looking them up in an object at every pixel would take longer than the rest.
 *
 * @param picture raw counts, row by row of the sensor
 * @returns scaled counts above the pedestal
 */
export function suppressedAt(
  picture: Uint16Array,
  at: number,
  pedestals: Int32Array,
  least: Uint16Array,
  scale: number,
  upperCut: number,
): number {
  const counts = picture[at] as number;
  // All ones when least <= counts < upperCut, else 0: the sign bit of two differences.
  const kept = (((least[at] as number) - 1 - counts) & (counts - upperCut)) >> 31;
  return (Math.imul(counts, scale) - (pedestals[at] as number)) & kept;
}
