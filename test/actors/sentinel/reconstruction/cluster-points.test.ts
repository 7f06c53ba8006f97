import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clusterPoints,
  clusterScratch,
  NOISE,
} from '../../../../actors/sentinel/reconstruction/cluster-points.ts';
import type { Points } from '../../../../actors/sentinel/reconstruction/points.ts';

const ROWS = 12;
const COLUMNS = 15;
const scratch = clusterScratch(ROWS, COLUMNS);

const pointsOf = (places: readonly (readonly [number, number])[]): Points => {
  const sorted = places.toSorted(([a, b], [c, d]) => a - c || b - d);
  return {
    count: sorted.length,
    rows: Int32Array.from(sorted, ([row]) => row),
    columns: Int32Array.from(sorted, ([, column]) => column),
    weights: Int32Array.from(sorted, ([row, column]) => 1 + ((row * 7 + column * 3) % 5)),
  };
};

function labelsOf(points: Points, radius: number, minWeight: number): number[] {
  const labels = new Int32Array(ROWS * COLUMNS);
  clusterPoints(points, ROWS, COLUMNS, { radius, minWeight, minPoints: 2 }, scratch, labels);
  return [...labels.subarray(0, points.count)];
}

/** DBSCAN as it is defined, every point against every point. */
function byDefinition(
  { count, rows, columns, weights }: Points,
  radius: number,
  minWeight: number,
): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  const at = (array: Int32Array, index: number) => array[index] ?? Number.NaN;
  const near = all.map(a =>
    all.filter(
      b => Math.abs(at(rows, a) - at(rows, b)) + Math.abs(at(columns, a) - at(columns, b)) <= radius,
    ),
  );
  const core = near.map(them => them.reduce((sum, b) => sum + at(weights, b), 0) >= minWeight);
  const labels = all.map(() => NOISE);
  let cluster = 0;
  for (const first of all) {
    if (labels[first] !== NOISE || core[first] !== true) continue;
    const waiting = [first];
    for (let a = waiting.pop(); a !== undefined; a = waiting.pop()) {
      if (labels[a] !== NOISE) continue;
      labels[a] = cluster;
      if (core[a] === true) waiting.push(...(near[a] ?? []));
    }
    cluster++;
  }
  return labels;
}

test('labels are those of DBSCAN by its definition, whatever the points, the radius and the weight', () => {
  const place = fc.tuple(fc.nat({ max: ROWS - 1 }), fc.nat({ max: COLUMNS - 1 }));
  const places = fc.uniqueArray(place, {
    maxLength: 90,
    selector: ([row, column]) => row * COLUMNS + column,
  });
  fc.assert(
    fc.property(
      places,
      fc.double({ min: 0, max: 9, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      (set, radius, weight) => {
        const points = pointsOf(set);
        expect(labelsOf(points, radius, weight)).toEqual(byDefinition(points, radius, weight));
      },
    ),
  );
});

test('a border point between two clusters belongs to the first, and joins them not', () => {
  // Only the outer pairs are cores: 11 and 12 within the radius, 5 around the one in the middle.
  const points = pointsOf([
    [0, 0],
    [0, 1],
    [0, 4],
    [0, 7],
    [0, 8],
  ]);
  points.weights.set([9, 2, 1, 2, 9]);
  expect(labelsOf(points, 3, 11)).toEqual([0, 0, 0, 1, 1]);
});

test('no points, no clusters', () => {
  expect(labelsOf(pointsOf([]), 12, 20)).toEqual([]);
});
