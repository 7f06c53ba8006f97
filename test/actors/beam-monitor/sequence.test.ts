import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sequence } from '../../../actors/beam-monitor/sequence.ts';

const lostIn = (numbers: readonly number[]) => {
  const sequence = new Sequence();
  return numbers.reduce((lost, number) => lost + sequence.see(number), 0);
};
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('callbacks that overtake each other or come twice are not lost', () => {
  expect(lostIn([1, 3, 2, 2, 6, 5, 4, ...upTo(200)])).toBe(0);
});

test('a registration that we meet in the middle has lost nothing', () => {
  expect(lostIn([7001, 7002])).toBe(0);
});

test('each number that stays away is lost once, however wide the hole', () => {
  const arbitrary = fc.uniqueArray(fc.integer({ min: 2, max: 900 }), { maxLength: 300 });
  fc.assert(
    fc.property(arbitrary, gone => {
      const away = new Set(gone);
      expect(lostIn(upTo(1000).filter(number => !away.has(number)))).toBe(away.size);
    }),
  );
  expect(lostIn([1, 2_000_000_000])).toBeGreaterThan(1_999_999_900);
});
