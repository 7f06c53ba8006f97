import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTo, countOf, type Spans, takeFrom } from '../../../../actors/alarm-dispatcher/fold/spans.ts';

test('numbers come out as they went in, however many are taken at a time', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 200 })), fc.integer({ min: 1, max: 30 }), (numbers, most) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      const spans: Spans = [];
      for (const number of sorted) addTo(spans, number);
      expect(countOf(spans)).toBe(sorted.length);
      const taken: number[] = [];
      while (spans.length > 0) taken.push(...takeFrom(spans, most));
      expect(taken).toEqual(sorted);
    }),
  );
});
