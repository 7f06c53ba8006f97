import { expect, test } from 'vitest';
import { macroPicture } from '../../../../actors/sentinel/reconstruction/macro-picture.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { block, flatCalibration, pictureOf, smallProfile } from '../small.ts';

const macros = (profile = smallProfile(16, 16), light = block(0, 0, 16, 16, 8)) =>
  macroPicture(pictureOf(profile, light), flatCalibration(profile), workspaceFor(profile));

test('light stands where the picture has it: rows as read, columns mirrored', () => {
  const { light } = macros(smallProfile(16, 16), block(4, 0, 4, 4, 8));
  expect([...light.entries()].filter(([, sum]) => sum !== 0)).toEqual([[4, 16 * 8 * 10]]);
});

test('one pixel alone is light, but no edge: the median removes it', () => {
  const { light, edges, sum, squares } = macros(smallProfile(16, 16), [[9, 9, 50]]);
  expect(light[2 * 4 + 2]).toBe(500);
  expect(Math.max(...edges)).toBe(0);
  expect([sum, squares]).toEqual([50, 2500]);
});

test('rows outside the acceptance are dark, but the filter reaches one row beyond the last', () => {
  const { light, edges } = macros(smallProfile(16, 16, { acceptance: { first: 4, end: 8 } }));
  expect([0, 1, 2, 3].map(row => light[row * 4 + 1])).toEqual([0, 1280, 0, 0]);
  // Of the first accepted row and the dark one above, two pixels are lit: the third smallest of four is one of them.
  expect([0, 1, 2, 3].map(row => edges[row * 4 + 1])).toEqual([0, 8, 2, 0]);
});

test('a workspace used before gives what a new one gives', () => {
  const profile = smallProfile(16, 16);
  const workspace = workspaceFor(profile);
  const calibration = flatCalibration(profile);
  macroPicture(pictureOf(profile, block(0, 0, 16, 16, 800)), calibration, workspace);
  const again = macroPicture(pictureOf(profile, block(2, 3, 7, 9, 20)), calibration, workspace);
  expect(again).toEqual(macros(profile, block(2, 3, 7, 9, 20)));
});
