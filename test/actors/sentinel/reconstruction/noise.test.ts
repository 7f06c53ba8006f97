import { expect, test } from 'vitest';
import { reduceNoise } from '../../../../actors/sentinel/reconstruction/noise.ts';

const SIDE = 9;
const settings = { spike: 10, neighbourMean: 1.2, nonZero: 3 };

/** A grid of one value, with others at some places. */
function reduced(value: number, others: readonly (readonly [number, number, number])[] = [], changes = {}) {
  const grid = new Float64Array(SIDE * SIDE).fill(value);
  for (const [row, column, other] of others) grid[row * SIDE + column] = other;
  reduceNoise(grid, SIDE, SIDE, { ...settings, ...changes });
  return (row: number, column: number) => grid[row * SIDE + column];
}

test('the frame of two becomes dark, and the scan ends two before the end but begins one after the start', () => {
  const at = reduced(20);
  expect([at(0, 4), at(7, 4), at(8, 4), at(4, 0), at(4, 7), at(4, 8)]).toEqual([0, 0, 0, 0, 0, 0]);
  // Row 1 was cleared, then met as a macro-pixel far below its neighbours' mean only where that mean is more than 10 away.
  expect(at(1, 4)).toBe(0);
  expect(reduced(100)(1, 4)).toBeGreaterThan(0);
});

test('a spike becomes the mean of its neighbours', () => {
  expect(reduced(5, [[4, 4, 16]])(4, 4)).toBe(5);
  expect(reduced(5, [[4, 4, 15]])(4, 4)).toBe(15);
});

test('a macro-pixel sees the neighbours before it as already changed', () => {
  // The spike at (4, 4) is gone when (4, 5) is looked at, so its neighbours' mean is 1.1 and not 3.3.
  const at = reduced(
    1.3,
    [
      [4, 4, 20],
      [3, 5, 0],
      [5, 5, 0],
      [3, 6, 1.1],
    ],
    { neighbourMean: 1 },
  );
  const spikeAfter = at(4, 4) ?? Number.NaN;
  expect(spikeAfter).toBeLessThan(1.3);
  const around = [1.3, spikeAfter, 1.3, 0, 0, 1.1, 1.3, 1.3].reduce((sum, value) => sum + value) / 8;
  expect(around).toBeLessThan(1);
  expect(at(4, 5)).toBe(0);
});

test('where the neighbours are dim it becomes dark; just at the limit it stays', () => {
  expect(reduced(1.1)(4, 4)).toBe(0);
  // Five of the neighbours of (2, 2) are dark: their mean is 0.75.
  expect(reduced(2, [], { neighbourMean: 0.75 })(2, 2)).toBe(2);
  expect(reduced(2, [], { neighbourMean: 0.76 })(2, 2)).toBe(0);
});

test('the ones that are not dark are counted with the macro-pixel as it was, not as the mean it may become', () => {
  // Two bright neighbours and a dark middle: two are not dark, although the middle has become 15.
  const at = reduced(0, [
    [4, 5, 60],
    [5, 4, 60],
  ]);
  expect(at(4, 4)).toBe(0);
  expect(
    reduced(0, [
      [4, 5, 60],
      [5, 4, 60],
      [4, 4, 1],
    ])(4, 4),
  ).toBe(15);
});
