import { expect, test } from 'vitest';
import { addDarkRow, addMacroRow } from '../../../../actors/sentinel/reconstruction/macro-row.ts';
import { flatCalibration, pictureOf, smallProfile } from '../small.ts';

const sums = () => ({ light: new Int32Array(4).fill(1000), filtered: new Int32Array(4) });
const noPairs = (columns: number) => ({ high: new Int32Array(columns), low: new Int32Array(columns) });

test('a row of the sensor is read backwards and added to what its macro-pixels have', () => {
  const profile = smallProfile(8, 8);
  const light = [1, 2, 3, 4].map(n => [5, n, 10 * n] as const);
  const to = sums();
  const squares = addMacroRow(pictureOf(profile, light), 5, flatCalibration(profile), noPairs(8), to);
  expect([...to.light]).toEqual([1000, 1000, 1000 + 600, 1000 + 400]);
  expect(squares).toBe(100 ** 2 + 200 ** 2 + 300 ** 2 + 400 ** 2);
});

test('squares of bright rows do not overflow 32 bits', () => {
  const profile = smallProfile(4, 8);
  const light = Array.from({ length: 8 }, (_, column) => [0, column, 4800] as const);
  const picture = pictureOf(profile, light);
  expect(addMacroRow(picture, 0, flatCalibration(profile), noPairs(8), sums())).toBe(8 * 48_000 ** 2);
});

test('a dark row has what the median takes from the row above, as if it were added like any other', () => {
  const profile = smallProfile(8, 8);
  const calibration = flatCalibration(profile);
  const picture = pictureOf(
    profile,
    [0, 1, 2, 4, 5, 7].map(column => [3, column, 20 + column]),
  );
  const [dark, added] = [true, false].map(isDark => {
    const pairs = noPairs(8);
    const to = sums();
    addMacroRow(picture, 3, calibration, pairs, to);
    if (isDark) addDarkRow(4, pairs, to);
    else addMacroRow(picture, 4, calibration, pairs, to);
    return [...to.filtered];
  });
  expect(dark).toEqual(added);
  // The lesser of each pixel and the one before it in the picture, at the border itself.
  expect(dark?.slice(2)).toEqual([200 + 200 + 210, 240]);
});
