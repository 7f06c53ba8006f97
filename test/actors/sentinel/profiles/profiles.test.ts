import { expect, test } from 'vitest';
import { PROFILES, profileNamed } from '../../../../actors/sentinel/profiles/profiles.ts';
import { sparkLimit } from '../../../../actors/sentinel/reconstruction/spark.ts';

test('every profile has a name of its own, for results are compared by it', () => {
  expect(new Set(PROFILES.map(({ name }) => name)).size).toBe(PROFILES.length);
});

test('a spark begins at 1,070,683,200 counts, the number of the reference for 2304 x 2304', () => {
  for (const profile of PROFILES) expect(sparkLimit(profile)).toBe(1_070_683_200);
});

test('sites differ in what the reference says they differ in', () => {
  const numbers = PROFILES.map(({ name, sigmas, noise, acceptance, clustering, pixelMm }) => [
    name,
    sigmas,
    noise.neighbourMean,
    acceptance.first,
    acceptance.end,
    clustering.radius,
    pixelMm,
  ]);
  expect(numbers).toEqual([
    ['lngs-2023', 0.6, 1.2, 304, 2054, 12, 0.152],
    ['lngs-sentinel-2023', 0.9, 1.2, 304, 2054, 9, 0.152],
    ['lnf', 0.8, 1.3, 0, 2304, 12, 0.05],
    ['mango', 1.8, 1.1, 200, 2204, 12, 0.049],
  ]);
});

test('a name nobody gave has no profile', () => {
  expect(profileNamed('lngs-2022')).toBeUndefined();
});
