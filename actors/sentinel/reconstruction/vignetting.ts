import { SpillwayError } from '../../../protocol/errors.ts';
import type { Profile } from '../profiles/profile.ts';
import { MACRO } from './macro.ts';

/** Gain by macro-pixel, row by row of the picture; in shared memory, for the threads that reconstruct. */
export type Gains = Float64Array;

/** Light yield over the picture relative to its best place, by square blocks of `block` pixels, row by row of the picture. */
export interface VignettingMap {
  /** Side of a block in pixels: 8 in CYGNO's maps (reference C1 step 12). */
  readonly block: number;
  readonly values: ArrayLike<number>;
}

/** No correction. */
export const evenGains = (profile: Profile): Gains => sharedGains(profile).fill(1);

const sharedGains = ({ sensor }: Profile): Gains =>
  new Float64Array(new SharedArrayBuffer((8 * sensor.rows * sensor.columns) / (MACRO * MACRO)));

/**
 * Gain = 1 / map, for energies only: clusters are found on the picture as it is (reference C1 step 12).
 * @throws SpillwayError PICTURE_MALFORMED when the map does not cover the sensor in blocks of whole macro-pixels with positive values.
 */
export function vignettingGains(profile: Profile, { block, values }: VignettingMap): Gains {
  const { sensor } = profile;
  const across = sensor.columns / block;
  const down = sensor.rows / block;
  if (block % MACRO !== 0 || !Number.isInteger(across * down) || values.length !== across * down) {
    throw new SpillwayError(
      'PICTURE_MALFORMED',
      `a vignetting map of ${values.length} blocks of ${block} pixels does not cover ${sensor.rows} x ${sensor.columns} in whole macro-pixels of ${MACRO}`,
    );
  }
  const columns = sensor.columns / MACRO;
  const perBlock = block / MACRO;
  const gains = sharedGains(profile);
  for (let index = 0; index < gains.length; index++) {
    const row = Math.floor(Math.floor(index / columns) / perBlock);
    const column = Math.floor((index % columns) / perBlock);
    const value = values[row * across + column] as number;
    if (!(value > 0 && Number.isFinite(value))) {
      throw new SpillwayError(
        'PICTURE_MALFORMED',
        `block ${row}, ${column} of a vignetting map is ${value}, not positive`,
      );
    }
    gains[index] = 1 / value;
  }
  return gains;
}
