import { SpillwayError } from '../../../protocol/errors.ts';

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
export function addPedestalPicture(so: PedestalSums, picture: Uint16Array): PedestalSums {
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
  return { pictures: pictures + 1, sums, squares };
}

/**
 * A pedestal: mean and RMS of each pixel over the pictures of a run without gain (reference B4). The mean is kept as sum and number,
 * exactly: `sums[p] / pictures`.
 */
export interface Pedestal {
  /** The pedestal run. */
  readonly run: number;
  /** Number of the map among those made of this run: a map is never changed, only made again. */
  readonly version: number;
  /** Begin of the run, Unix milliseconds. */
  readonly at: number;
  /** Exposure of its pictures, seconds; a pedestal serves runs of the same (C6). */
  readonly exposure: number;
  readonly pictures: number;
  readonly sums: Uint32Array;
  /** Standard deviation (n - 1) of each pixel, counts. */
  readonly rms: Float64Array;
}

/**
 * The maps of what was summed.
 * @throws SpillwayError PEDESTAL_UNUSABLE when there are fewer than two pictures.
 */
export function finishPedestal(
  { pictures, sums, squares }: PedestalSums,
  of: Pick<Pedestal, 'run' | 'version' | 'at' | 'exposure'>,
): Pedestal {
  if (pictures < 2) {
    throw new SpillwayError(
      'PEDESTAL_UNUSABLE',
      `pedestal run ${of.run} has ${pictures} pictures, an RMS needs 2`,
    );
  }
  const rms = new Float64Array(sums.length);
  const pairs = pictures * (pictures - 1);
  for (let at = 0; at < sums.length; at++) {
    const sum = sums[at] as number;
    rms[at] = Math.sqrt(Math.max(0, pictures * (squares[at] as number) - sum * sum) / pairs);
  }
  return { ...of, pictures, sums: sums.slice(), rms };
}
