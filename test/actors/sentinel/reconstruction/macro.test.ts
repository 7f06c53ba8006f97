import { expect, test } from 'vitest';
import { addMirroredRow } from '../../../../actors/sentinel/reconstruction/macro.ts';

test('a row of the sensor is read backwards and added to what its macro-pixels have', () => {
  const sums = Int32Array.of(1000, 1000, 5, 5);
  addMirroredRow(Int32Array.of(1, 2, 3, 4, 10, 20, 30, 40), sums, 2);
  expect([...sums]).toEqual([1000, 1000, 105, 15]);
});
