import { expect, test } from 'vitest';
import { passedOver } from '../../../actors/sentinel/sampling.ts';

const sampling = { above: 100, keepOneIn: 5 };
const kept = (waiting: number) =>
  Array.from({ length: 12 }, (_, serial) => serial).filter(
    serial => passedOver(sampling, serial, waiting) === undefined,
  );

test('nothing is passed over unless it is asked for, nor while the sentinels keep up', () => {
  expect(passedOver(undefined, 1, 1_000_000)).toBeUndefined();
  expect(kept(100)).toHaveLength(12);
});

test('when too many wait, serials that the number divides are kept, and the reason is told for the rest', () => {
  expect(kept(101)).toEqual([0, 5, 10]);
  expect(passedOver(sampling, 7, 101)).toBe(
    '101 events wait, more than 100: of these only serials that 5 divides are reconstructed',
  );
});
