import { expect, test } from 'vitest';
import { suppressedAt } from '../../../../actors/sentinel/reconstruction/zero-suppress.ts';
import { flatCalibration, smallProfile } from '../small.ts';

const suppressed = (counts: number[]): number[] => {
  const profile = smallProfile(4, counts.length, { sigmas: 1 });
  const { pedestals, least, scale } = flatCalibration(profile);
  const picture = Uint16Array.from(counts);
  return counts.map((_, at) => suppressedAt(picture, at, pedestals, least, scale, profile.upperCut));
};

test('a pixel is kept when it is more than sigmas RMS above its pedestal, not when it is just as much', () => {
  expect(suppressed([100, 101, 102, 103])).toEqual([0, 0, 0, 30]);
});

test('a saturated pixel is cut before the pedestal is subtracted, and is lost, as in the experiment', () => {
  expect(suppressed([4999, 5000, 65_535, 0])).toEqual([48_990, 0, 0, 0]);
});
