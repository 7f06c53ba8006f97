import { SpillwayError } from '../../../protocol/errors.ts';
import type { PedestalSums } from '../../../protocol/pedestal/sums.ts';

/**
 * A pedestal: mean and RMS of each pixel over the pictures of a run without gain (reference B4). The mean is kept as sum and number,
 * exactly: `sums[p] / pictures`.
 */
export interface Pedestal {
  /** The pedestal run. */
  readonly run: number;
  /** Number of the map among those made of this run: a map is never changed, only made again. */
  readonly version: number;
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
  of: Pick<Pedestal, 'run' | 'version'>,
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
