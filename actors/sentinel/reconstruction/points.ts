import { MACRO_AREA } from './macro.ts';

/** Macro-pixels to be clustered, row by row of the picture: the first `count` entries of each array. */
export interface Points {
  count: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Int32Array;
}

/** Room for so many points. */
export const pointsFor = (capacity: number): Points => ({
  count: 0,
  rows: new Int32Array(capacity),
  columns: new Int32Array(capacity),
  weights: new Int32Array(capacity),
});

/**
 * The macro-pixels whose value rounds to other than 0, that is above 0.5, for a half rounds to even (reference C1 step 10). A point's
 * weight is the whole part of its light before the median filter, in counts a pixel, at least 1.
 *
 * @param edges macro-pixels after the noise reducer, counts
 * @param light sums of 16 zero-suppressed pixels, scaled counts
 * @param scale scaled counts in a count
 */
export function findPoints(
  edges: Float64Array,
  light: Int32Array,
  columns: number,
  scale: number,
  points: Points,
): void {
  let count = 0;
  for (let start = 0, row = 0; start < edges.length; start += columns, row++) {
    for (let column = 0; column < columns; column++) {
      if ((edges[start + column] as number) <= 0.5) continue;
      points.rows[count] = row;
      points.columns[count] = column;
      points.weights[count] = Math.max(
        1,
        Math.floor((light[start + column] as number) / (MACRO_AREA * scale)),
      );
      count++;
    }
  }
  points.count = count;
}
