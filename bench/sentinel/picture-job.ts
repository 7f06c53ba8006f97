import type { Profile } from '../../actors/sentinel/profiles/profile.ts';
import type { VignettingMap } from '../../actors/sentinel/reconstruction/vignetting.ts';
import type { Job } from './compare.ts';
import { addTracks, camera, darkPicture, seeded } from './pictures.ts';

/** Pixels of a side of what one gain stands for. */
const BLOCK = 8;

/** Pictures of a camera with so many tracks each, after a pedestal of ten pictures; the same for the same seed. */
export function pictureJob(
  profile: Profile,
  { count, seed, tracks, sigma }: { count: number; seed: number; tracks: number; sigma?: number },
): Job & { readonly vignetting: VignettingMap } {
  const random = seeded(seed);
  const sensor = camera(profile, random, sigma);
  const { rows, columns } = profile.sensor;
  const pedestal = Array.from({ length: 10 }, () => darkPicture(sensor, random));
  const pictures = Array.from({ length: count }, () => {
    const picture = darkPicture(sensor, random);
    addTracks(picture, columns, tracks, random);
    return picture;
  });
  const values = Array.from({ length: (rows * columns) / BLOCK / BLOCK }, () => 0.5 + random() / 2);
  return { profile, pedestal, pictures, vignetting: { block: BLOCK, values } };
}
