import { expect, test } from 'vitest';
import { figuresOf, regionsOf } from '../../../actors/pedestal-maker/figures.ts';
import { newPedestalMap } from '../../../protocol/pedestal/map.ts';
import { addPedestalPicture } from '../../../protocol/pedestal/sums.ts';

const pictureOf = (rows: number, columns: number, counts: (row: number, column: number) => number) =>
  new Uint16Array(rows * columns).map((_, at) => counts(Math.floor(at / columns), at % columns));

test('mean and deviation are over an area and all pictures, the sum is that of the mean picture', () => {
  const flat = addPedestalPicture(
    newPedestalMap(6, 6),
    pictureOf(6, 6, () => 98),
  );
  const { sum, whole, regions } = figuresOf(
    addPedestalPicture(
      flat,
      pictureOf(6, 6, () => 102),
    ),
  );
  expect(sum).toBe(36 * 100);
  expect(whole).toEqual({ mean: 100, sigma: 2 });
  expect(regions).toEqual(Array.from({ length: 9 }, () => ({ mean: 100, sigma: 2 })));
});

test('the nine regions go row by row, one in each ninth', () => {
  const ninth = pictureOf(9, 6, (row, column) => 10 * Math.floor(row / 3) + Math.floor(column / 2));
  const { regions } = figuresOf(addPedestalPicture(newPedestalMap(9, 6), ninth));
  expect(regions.map(({ mean }) => mean)).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22]);
});

test('of a picture of 2304 x 2304 they are 256 pixels wide, in the middle of each ninth', () => {
  expect(regionsOf(2304, 2304)[5]).toEqual({ row: 1024, rows: 256, column: 1792, columns: 256 });
});
