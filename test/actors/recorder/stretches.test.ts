import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { groups, pieces, type Stretch, uncovered } from '../../../actors/recorder/stretches.ts';

const sequence = fc.integer({ min: 1, max: 60 });
const stretch = fc
  .tuple(sequence, fc.integer({ min: 0, max: 12 }))
  .map(([first, more]): Stretch => ({ first, last: first + more }));
const within = ({ first, last }: Stretch) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

test('every sequence is either delivered or looked at, and none twice', () => {
  fc.assert(
    fc.property(stretch, fc.array(stretch, { maxLength: 12 }), (whole, delivered) => {
      const covered = new Set(delivered.flatMap(within));
      expect(uncovered(whole, delivered).flatMap(within)).toEqual(
        within(whole).filter(one => !covered.has(one)),
      );
    }),
  );
});

test('a stretch is cut without a loss, and at the places at which any other is cut', () => {
  fc.assert(
    fc.property(stretch, fc.integer({ min: 1, max: 9 }), (whole, most) => {
      const cut = pieces(whole, most);
      expect(cut.flatMap(within)).toEqual(within(whole));
      for (const { first, last } of cut) expect(Math.floor(first / most)).toBe(Math.floor(last / most));
    }),
  );
});

test('nothing is delivered of an empty stream', () => {
  expect(uncovered({ first: 1, last: 0 }, [])).toEqual([]);
  expect(pieces({ first: 1, last: 0 }, 10)).toEqual([]);
});

test('groups hold every stretch once, and only one alone is longer than it may be', () => {
  fc.assert(
    fc.property(fc.array(stretch), fc.integer({ min: 1, max: 20 }), (all, most) => {
      const made = groups(all, most);
      expect(made.flat()).toEqual(all.toSorted((a, b) => a.first - b.first || a.last - b.last));
      for (const group of made.filter(({ length }) => length > 1)) {
        const span = Math.max(...group.map(({ last }) => last)) - (group[0]?.first ?? 0) + 1;
        expect(span).toBeLessThanOrEqual(most);
      }
    }),
  );
});
