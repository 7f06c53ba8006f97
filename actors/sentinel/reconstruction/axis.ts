/** A direction in the picture, of length 1: `x` along the rows' index, `y` along the columns', as in the experiment's sc_x*, sc_y*. */
export interface Axis {
  readonly x: number;
  readonly y: number;
}

/**
 * The direction in which points spread most: the first eigenvector of their covariance (reference C1 step 13), with `x` not negative,
 * and `(1, 0)` where they spread alike in all directions.
 *
 * In square roots alone, which IEEE 754 rounds in one way, so that every machine finds the same axis.
 */
export function principalAxis(xx: number, yy: number, xy: number): Axis {
  const difference = xx - yy;
  const spread = Math.sqrt(difference * difference + 4 * xy * xy);
  if (spread === 0) return { x: 1, y: 0 };
  // From the larger of the two components, so that nothing cancels.
  const larger = Math.sqrt((spread + Math.abs(difference)) / (2 * spread));
  const smaller = Math.abs(xy) / (spread * larger);
  const sign = xy < 0 ? -1 : 1;
  return difference >= 0 ? { x: larger, y: sign * smaller } : { x: smaller, y: sign * larger };
}

/** Inclination of an axis, degrees in (-90, 90]. */
export const inclination = ({ x, y }: Axis): number => (Math.atan2(y, x) * 180) / Math.PI;
