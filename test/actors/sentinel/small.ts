import { Profile } from '../../../actors/sentinel/profiles/profile.ts';
import { profileNamed } from '../../../actors/sentinel/profiles/profiles.ts';
import { type Calibration, calibrate } from '../../../actors/sentinel/reconstruction/calibration.ts';
import type { Pedestal } from '../../../actors/sentinel/reconstruction/pedestal.ts';
import { evenGains, type Gains } from '../../../actors/sentinel/reconstruction/vignetting.ts';

/** `lngs-2023` for a sensor of so many pixels, all rows accepted unless changed. */
export function smallProfile(rows: number, columns: number, changes: Partial<Profile> = {}): Profile {
  const acceptance = { first: 0, end: rows };
  return Profile.parse({ ...profileNamed('lngs-2023'), sensor: { rows, columns }, acceptance, ...changes });
}

/** A pedestal of 100 counts and an RMS of 2 in every pixel, from ten pictures. */
export const flatPedestal = ({ sensor }: Profile): Pedestal => ({
  run: 4711,
  version: 1,
  pictures: 10,
  sums: new Uint32Array(sensor.rows * sensor.columns).fill(1000),
  rms: new Float64Array(sensor.rows * sensor.columns).fill(2),
});

export const flatCalibration = (profile: Profile, gains: Gains = evenGains(profile)): Calibration =>
  calibrate(profile, flatPedestal(profile), gains);

/** A sensor's picture of 100 counts everywhere but where `light` says more, by row and column of the picture. */
export function pictureOf(
  { sensor }: Profile,
  light: readonly (readonly [row: number, column: number, counts: number])[],
): Uint16Array {
  const picture = new Uint16Array(sensor.rows * sensor.columns).fill(100);
  for (const [row, column, counts] of light)
    picture[row * sensor.columns + sensor.columns - 1 - column] = 100 + counts;
  return picture;
}

/** Every pixel of a rectangle of the picture, first ones included and ends not, with the same light. */
export const block = (row: number, column: number, rows: number, columns: number, counts: number) =>
  Array.from(
    { length: rows * columns },
    (_, index) => [row + Math.floor(index / columns), column + (index % columns), counts] as const,
  );
