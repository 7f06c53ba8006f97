import { expect, test } from 'vitest';
import { findPoints, pointsFor } from '../../../../actors/sentinel/reconstruction/points.ts';

test('a macro-pixel is a point when it rounds to other than 0, and a half rounds to 0', () => {
  const points = pointsFor(6);
  const light = Int32Array.of(16_000, 16_000, 15_999, 32_000, 0, 1_600_000);
  findPoints(Float64Array.of(0.5, 0.5000001, 1, 0.4, 2, 90), light, 3, 1000, points);
  expect(points.count).toBe(4);
  expect([...points.rows.subarray(0, 4)]).toEqual([0, 0, 1, 1]);
  expect([...points.columns.subarray(0, 4)]).toEqual([1, 2, 1, 2]);
  // Its weight is the whole part of the light before the filter, at least 1.
  expect([...points.weights.subarray(0, 4)]).toEqual([1, 1, 1, 100]);
});
