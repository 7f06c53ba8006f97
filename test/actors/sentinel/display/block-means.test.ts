import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockMeans } from '../../../../actors/sentinel/display/block-means.ts';
import { flatCalibration, smallProfile } from '../small.ts';

test('a block is the mean of its pixels above their pedestals, and what fills no block is left out', () => {
  const sides = fc.integer({ min: 2, max: 6 }).map(n => 4 * n);
  fc.assert(
    fc.property(
      sides,
      sides,
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.nat(65_535)),
      (rows, columns, block, counts) => {
        const calibration = flatCalibration(smallProfile(rows, columns));
        const pixels = Uint16Array.from({ length: rows * columns }, () => Number(counts.next().value));
        const means = blockMeans(pixels, calibration, block);
        expect([means.rows, means.columns]).toEqual([Math.floor(rows / block), Math.floor(columns / block)]);
        for (const [at, mean] of means.counts.entries()) {
          const [row, column] = [Math.floor(at / means.columns) * block, (at % means.columns) * block];
          let sum = 0;
          for (let y = row; y < row + block; y++)
            for (let x = column; x < column + block; x++) sum += (pixels[y * columns + x] ?? 0) - 100;
          expect(mean).toBeCloseTo(sum / block ** 2, 2);
        }
      },
    ),
  );
});
