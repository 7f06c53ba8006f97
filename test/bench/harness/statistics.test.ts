import { array, assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratiosToUs, spreadOf } from '../../../bench/harness/statistics.ts';

describe('spreadOf', () => {
  test('takes the middle one of an odd number, and the mean of the two in the middle of an even one', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, lowest: 1, highest: 9 });
    expect(spreadOf([10, 1, 9, 2])).toEqual({ median: 5.5, lowest: 1, highest: 10 });
  });

  test('does not depend on the order of the rounds, and leaves them as they were', () => {
    assert(
      property(array(double({ noNaN: true }), { minLength: 1 }), rounds => {
        const before = [...rounds];
        expect(spreadOf(rounds.toReversed())).toEqual(spreadOf(rounds));
        expect(rounds).toEqual(before);
      }),
    );
  });

  test('has nothing to say of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('ratiosToUs', () => {
  test('compares round for round, so that a slow moment of the machine weighs on both', () => {
    expect(ratiosToUs([100, 50], [10, 5], 'more')).toEqual([10, 10]);
  });

  test('is above 1 where ours takes less, if less is better', () => {
    expect(ratiosToUs([2], [8], 'less')).toEqual([4]);
  });
});
