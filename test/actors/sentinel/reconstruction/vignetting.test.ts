import { expect, test } from 'vitest';
import { vignettingGains } from '../../../../actors/sentinel/reconstruction/vignetting.ts';
import { smallProfile } from '../small.ts';

const profile = smallProfile(16, 24);

test('the gain of a macro-pixel is one over the map at its block', () => {
  const gains = vignettingGains(profile, { block: 8, values: [1, 0.5, 0.25, 0.8, 0.2, 0.1] });
  const rows = [0, 1, 2, 3].map(row => [...gains.subarray(row * 6, row * 6 + 6)]);
  expect(rows).toEqual([
    [1, 1, 2, 2, 4, 4],
    [1, 1, 2, 2, 4, 4],
    [1.25, 1.25, 5, 5, 10, 10],
    [1.25, 1.25, 5, 5, 10, 10],
  ]);
});

test.each([
  [{ block: 8, values: [1, 1, 1, 1, 1] }, /does not cover 16 x 24/],
  [{ block: 6, values: [1] }, /does not cover/],
  [{ block: 8, values: [1, 1, 1, 1, 0, 1] }, /block 1, 1 of a vignetting map is 0/],
])('a map that does not fit is refused: %o', (map, message) => {
  expect(() => vignettingGains(profile, map)).toThrow(message);
});
