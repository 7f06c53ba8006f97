import { expect, test } from 'vitest';
import { sumCounts } from '../../../../actors/sentinel/reconstruction/spark.ts';

test('the counts of a wholly saturated sensor are summed exactly, beyond 32 bits', () => {
  const pixels = 70_000;
  expect(sumCounts(new Uint16Array(pixels).fill(65_535))).toBe(65_535 * pixels);
});
