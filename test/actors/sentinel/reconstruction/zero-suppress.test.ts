import { expect, test } from 'vitest';
import { sumSquares, suppressRow } from '../../../../actors/sentinel/reconstruction/zero-suppress.ts';
import { flatCalibration, smallProfile } from '../small.ts';

const suppressed = (counts: number[]): number[] => {
  const profile = smallProfile(4, counts.length, { sigmas: 1 });
  const picture = new Uint16Array(4 * counts.length);
  picture.set(counts, counts.length);
  const row = new Int32Array(counts.length);
  suppressRow(picture, counts.length, flatCalibration(profile), row);
  return [...row];
};

test('a pixel is kept when it is more than sigmas RMS above its pedestal, not when it is just as much', () => {
  expect(suppressed([100, 101, 102, 103])).toEqual([0, 0, 0, 30]);
});

test('a saturated pixel is cut before the pedestal is subtracted, and is lost, as in the experiment', () => {
  expect(suppressed([4999, 5000, 65_535, 0])).toEqual([48_990, 0, 0, 0]);
});

test('squares of bright rows do not overflow 32 bits', () => {
  expect(sumSquares(new Int32Array(8).fill(500_000))).toBe(8 * 2.5e11);
});
