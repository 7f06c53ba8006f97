import type { Profile } from '../profiles/profile.ts';

/** Sum of the raw counts of a picture. Exact: 2^32 pixels of 16 bits stay below 2^53. */
export function sumCounts(picture: Uint16Array): number {
  let sum = 0;
  // Whole numbers of 32 bits as far as they go: 32,768 counts of 16 bits.
  for (let start = 0; start < picture.length; start += 32_768) {
    const end = Math.min(start + 32_768, picture.length);
    let part = 0;
    for (let at = start; at < end; at++) part = (part + (picture[at] as number)) | 0;
    sum += part;
  }
  return sum;
}

/** Raw counts above which a picture is a spark: 2 x 100 x N^2 + 9e6, 1,070,683,200 for 2304 x 2304 (reference C1 step 1). */
export const sparkLimit = ({ sensor, spark }: Profile): number =>
  spark.perPixel * sensor.rows * sensor.columns + spark.offset;
