import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { withItem, withoutItem } from '../../../web/alarms/ordered.ts';

const compare = (a: number, b: number) => a - b;

test('a list that grows one by one is the list ordered at once, and shrinks again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), items => {
      let list: readonly number[] = [];
      for (const item of items) list = withItem(list, item, compare);
      expect(list).toEqual(items.toSorted(compare));
      for (const item of items) list = withoutItem(list, item);
      expect(list).toEqual([]);
    }),
  );
});

test('what is not there cannot be taken away', () => {
  expect(withoutItem([1, 2], 3)).toEqual([1, 2]);
});
