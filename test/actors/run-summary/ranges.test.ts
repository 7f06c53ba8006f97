import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, includes, type Ranges, withNumber } from '../../../actors/run-summary/ranges.ts';

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
