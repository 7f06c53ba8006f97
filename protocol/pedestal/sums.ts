import { SpillwayError } from '../errors.ts';

/**
 * Sums over the pictures of a pedestal run, by pixel, in the order of the sensor. They are whole numbers, so that neither the order
 * of the pictures, nor a restart between two, nor adding up parts made elsewhere changes a bit of the maps.
 */
export interface PedestalSums {
  readonly pictures: number;
  /** Sum of the raw counts; 65,536 pictures fit. */
  readonly sums: Uint32Array;
  /** Sum of their squares; exact in a double up to 2 million pictures. */
  readonly squares: Float64Array;
}

/** As many pictures of 16 bits as a sum of 32 bits holds. */
const MAX_PICTURES = 65_536;

/** No picture yet, for a sensor of so many pixels. */
export const noPedestalSums = (pixels: number): PedestalSums => ({
  pictures: 0,
  sums: new Uint32Array(pixels),
  squares: new Float64Array(pixels),
});

/**
 * With one more picture. The arrays are added to in place, for a map is 64 MB.
 * @throws SpillwayError PICTURE_MALFORMED for a picture of another size; PEDESTAL_UNUSABLE beyond 65,536 pictures.
 */
export function addPedestalPicture<Sums extends PedestalSums>(so: Sums, picture: Uint16Array): Sums {
  const { sums, squares, pictures } = so;
  if (picture.length !== sums.length) {
    throw new SpillwayError(
      'PICTURE_MALFORMED',
      `a pedestal picture has ${picture.length} pixels, those before it ${sums.length}`,
    );
  }
  if (pictures >= MAX_PICTURES) {
    throw new SpillwayError(
      'PEDESTAL_UNUSABLE',
      `a pedestal of more than ${MAX_PICTURES} pictures does not fit its sums`,
    );
  }
  for (let at = 0; at < picture.length; at++) {
    const counts = picture[at] as number;
    sums[at] = (sums[at] as number) + counts;
    squares[at] = (squares[at] as number) + counts * counts;
  }
  return { ...so, pictures: pictures + 1 };
}
