/** The greater and the lesser of each pixel of a row and its neighbour: what the row below needs to know of it. */
export interface RowPairs {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/**
 * Median filter of size 2 (reference C1 step 8), for one pixel: of the four at offsets -1 and 0 the third smallest, as a rank filter
 * does for a window of even size; at the border the border pixel stands for the one beyond (SciPy's mode `reflect`).
 *
 * The third smallest of two pairs is the greatest of both lesser ones and the lesser of both greater ones. Rows come in the order of
 * the sensor, whose columns run against those of the picture: the neighbour at offset -1 of the picture is the next column here.
 *
 * @param next pixel of the next column; at the border the pixel itself
 * @param high of the row above, as `RowPairs`; replaced by those of this row
 */
export function medianAt(
  pixel: number,
  next: number,
  column: number,
  high: Int32Array,
  low: Int32Array,
): number {
  // min(a, b) = b + m and max(a, b) = a - m with m = min(a - b, 0), without a branch.
  const m = lesserZero(pixel - next);
  const lesser = (next + m) | 0;
  const greater = (pixel - m) | 0;
  const highAbove = high[column] as number;
  const lesserOfHigh = (highAbove + lesserZero(greater - highAbove)) | 0;
  const greaterOfLow = (lesser - lesserZero(lesser - (low[column] as number))) | 0;
  high[column] = greater;
  low[column] = lesser;
  return (lesserOfHigh - lesserZero(lesserOfHigh - greaterOfLow)) | 0;
}

/** min(difference, 0) of a whole number of 32 bits. */
const lesserZero = (difference: number): number => difference & (difference >> 31);
