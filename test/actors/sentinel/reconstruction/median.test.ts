import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianAt } from '../../../../actors/sentinel/reconstruction/median.ts';

const COLUMNS = 8;

/** The rank filter as it is defined, in the order of the picture: window offsets -1 and 0, third smallest, borders reflected. */
const byDefinition = (picture: readonly (readonly number[])[]): number[][] =>
  picture.map((row, x) =>
    row.map((_, y) => {
      const window = [x, Math.max(0, x - 1)].flatMap(r =>
        [y, Math.max(0, y - 1)].map(c => picture[r]?.[c] ?? 0),
      );
      return window.toSorted((a, b) => a - b)[2] ?? 0;
    }),
  );

test('the filter takes the third smallest of the four, whatever the pixels, and reflects at the border', () => {
  const row = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: COLUMNS, maxLength: COLUMNS });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), picture => {
      const high = new Int32Array(COLUMNS);
      const low = new Int32Array(COLUMNS);
      const rowOf = (pixels: readonly number[]) => {
        const sensor = pixels.toReversed();
        return sensor
          .map((pixel, at) => medianAt(pixel, sensor[at + 1] ?? pixel, at, high, low))
          .toReversed();
      };
      // Above the first row stands that row itself.
      rowOf(picture[0] ?? []);
      const filtered = picture.map(rowOf);
      expect(filtered).toEqual(byDefinition(picture));
    }),
  );
});
