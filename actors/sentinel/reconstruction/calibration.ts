import { SpillwayError } from '../../../protocol/errors.ts';
import type { Profile } from '../profiles/profile.ts';
import { MACRO_AREA } from './macro.ts';
import type { Pedestal } from './pedestal.ts';
import type { Gains } from './vignetting.ts';

/**
 * A pedestal made ready for one profile. Pixels are worked on in *scaled counts*: counts above the pedestal's mean, times the number
 * of its pictures. `scale * raw - sum` is a whole number of 32 bits, so that subtraction, median and rebinning are exact, in
 * whatever order and on whatever machine.
 */
export interface Calibration {
  readonly profile: Profile;
  readonly pedestal: Pick<Pedestal, 'run' | 'version'>;
  /** Scaled counts in a count: the pictures of the pedestal. */
  readonly scale: number;
  /** Pedestal by pixel, scaled counts, in the order of the sensor. */
  readonly pedestals: Int32Array;
  /** Least raw counts that survive zero suppression, by pixel; `upperCut` where none does. */
  readonly least: Uint16Array;
  /** Vignetting gain by macro-pixel of the picture. */
  readonly gains: Gains;
}

/**
 * Makes the tables that a picture is held against; once per pedestal and profile. They are in shared memory, so that all
 * threads may use the same ones.
 *
 * Kept is what exceeds its pedestal by more than `sigmas` RMS (reference C1 step 5). That holds from some whole number of raw counts
 * on, so the comparison in double precision is made here, once, and a picture needs only a comparison of whole numbers.
 * @throws SpillwayError PICTURE_MALFORMED when pedestal and sensor differ in size; PEDESTAL_UNUSABLE when it has too many pictures.
 */
export function calibrate(profile: Profile, pedestal: Pedestal, gains: Gains): Calibration {
  const { sensor, sigmas, upperCut } = profile;
  const pixels = sensor.rows * sensor.columns;
  if (pedestal.sums.length !== pixels) {
    throw new SpillwayError(
      'PICTURE_MALFORMED',
      `the pedestal of run ${pedestal.run} has ${pedestal.sums.length} pixels, the sensor ${pixels}`,
    );
  }
  const scale = pedestal.pictures;
  if (scale * upperCut * MACRO_AREA >= 2 ** 31) {
    throw new SpillwayError(
      'PEDESTAL_UNUSABLE',
      `the pedestal of run ${pedestal.run} has ${scale} pictures; with an upper cut of ${upperCut} at most ${Math.floor(2 ** 31 / (upperCut * MACRO_AREA))} are exact`,
    );
  }
  const pedestals = new Int32Array(new SharedArrayBuffer(4 * pixels));
  const least = new Uint16Array(new SharedArrayBuffer(2 * pixels));
  for (let at = 0; at < pixels; at++) {
    pedestals[at] = pedestal.sums[at] as number;
    const mean = (pedestal.sums[at] as number) / scale;
    const threshold = sigmas * (pedestal.rms[at] as number);
    let counts = Math.floor(mean + threshold);
    while (counts - mean > threshold) counts--;
    while (!(counts - mean > threshold)) counts++;
    least[at] = Math.min(counts, upperCut);
  }
  const { run, version } = pedestal;
  return { profile, pedestal: { run, version }, scale, pedestals, least, gains };
}
