/** The greater and the lesser of each pixel of a row and its neighbour: what the row below needs to know of it. */
export interface RowPairs {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/**
 * Median filter of size 2 (reference C1 step 8): of the four pixels at offsets -1 and 0 the third smallest, as a rank filter does for a
 * window of even size; at the border the border pixel stands for the one beyond (SciPy's mode `reflect`).
 *
 * The third smallest of two pairs is the greatest of both lesser ones and the lesser of both greater ones. Rows come in the order of
 * the sensor, whose columns run against those of the picture: the neighbour at offset -1 of the picture is the next column here.
 *
 * @param row pixels of one sensor row
 * @param above pairs of the row above; replaced by those of this row
 * @param median the filtered row
 */
export function medianRow(row: Int32Array, above: RowPairs, median: Int32Array): void {
  const { high, low } = above;
  const last = row.length - 1;
  let pixel = row[0] as number;
  for (let column = 0; column <= last; column++) {
    const next = row[column < last ? column + 1 : last] as number;
    // min(a, b) = b + m and max(a, b) = a - m with m = min(a - b, 0), without a branch.
    const m = lesserZero(pixel - next);
    const lesser = (next + m) | 0;
    const greater = (pixel - m) | 0;
    const highAbove = high[column] as number;
    const lesserOfHigh = (highAbove + lesserZero(greater - highAbove)) | 0;
    const greaterOfLow = (lesser - lesserZero(lesser - (low[column] as number))) | 0;
    median[column] = lesserOfHigh - lesserZero(lesserOfHigh - greaterOfLow);
    high[column] = greater;
    low[column] = lesser;
    pixel = next;
  }
}

/** Pairs of a row, without a median: for the first row, above which the border stands for itself. */
export function pairRow(row: Int32Array, { high, low }: RowPairs): void {
  for (let column = 0; column < row.length; column++) {
    const pixel = row[column] as number;
    const next = column + 1 < row.length ? (row[column + 1] as number) : pixel;
    high[column] = Math.max(pixel, next);
    low[column] = Math.min(pixel, next);
  }
}

/** min(difference, 0) of a whole number of 32 bits. */
const lesserZero = (difference: number): number => difference & (difference >> 31);
