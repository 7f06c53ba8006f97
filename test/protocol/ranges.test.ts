import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, includes, type Ranges, withNumber, without, withRange } from '../../protocol/ranges.ts';

test('a set of stretches holds what a set holds, in as few stretches as there can be', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), numbers => {
      const set = new Set(numbers);
      const ranges = numbers.reduce(withNumber, [] as Ranges);
      expect(Array.from({ length: 42 }, (_, value) => includes(ranges, value))).toEqual(
        Array.from({ length: 42 }, (_, value) => set.has(value)),
      );
      expect(countOf(ranges)).toBe(set.size);
      expect(ranges).toHaveLength([...set].filter(value => !set.has(value - 1)).length);
      expect(ranges.flat()).toEqual(ranges.flat().toSorted((a, b) => a - b));
    }),
  );
});

const stretch = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 8 }))
  .map(([first, more]) => [first, first + more] as const);
const rangesOf = (stretches: readonly (readonly [number, number])[]) =>
  stretches.reduce((ranges, [first, last]) => withRange(ranges, first, last), [] as Ranges);

test('stretches are added and taken away as sets are', () => {
  fc.assert(
    fc.property(fc.array(stretch), fc.array(stretch), (some, others) => {
      const [one, other] = [rangesOf(some), rangesOf(others)];
      const left = without(one, other);
      for (let value = 0; value <= 50; value++) {
        const isIn = (all: typeof some) => all.some(([first, last]) => first <= value && value <= last);
        expect(includes(one, value)).toBe(isIn(some));
        expect(includes(left, value)).toBe(isIn(some) && !isIn(others));
      }
      expect(rangesOf(left)).toEqual(left);
    }),
  );
});
