import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlineOf } from '../../../../actors/sentinel/display/outline.ts';
import { pointsFor } from '../../../../actors/sentinel/reconstruction/points.ts';

/** A pixel of the sensor is a pixel of the drawing, not mirrored. */
const placing = { down: (row: number) => row, across: (column: number) => column };

function outlineAround(cells: readonly (readonly [row: number, column: number])[]): string {
  const points = pointsFor(cells.length);
  for (const [at, [row, column]] of cells.entries()) {
    points.rows[at] = row;
    points.columns[at] = column;
  }
  return outlineOf(points, [...cells.keys()], placing);
}

/** Ends of the straight pieces of a path. */
const pieces = (path: string) =>
  [...path.matchAll(/M(-?[\d.]+) (-?[\d.]+)([HV])(-?[\d.]+)/g)].map(([, x = '', y = '', way, to = '']) => ({
    from: [Number(x), Number(y)] as const,
    to: way === 'H' ? ([Number(to), Number(y)] as const) : ([Number(x), Number(to)] as const),
  }));

test('around one macro-pixel it is a square with a macro-pixel between', () => {
  expect(outlineAround([[5, 7]])).toBe('M24.5 16.5H36.5M24.5 28.5H36.5M24.5 16.5V28.5M36.5 16.5V28.5');
});

test('whatever a cluster looks like, its outline is closed', () => {
  const cell = fc.tuple(fc.nat(12), fc.nat(12));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), cells => {
      // Along every row and column of the grid it is crossed an even number of times.
      const lines = pieces(outlineAround(cells));
      for (let at = -5.5; at < 64; at += 4) {
        const upright = lines.filter(
          ({ from, to }) =>
            from[0] === to[0] && Math.min(from[1], to[1]) <= at && Math.max(from[1], to[1]) > at,
        );
        const level = lines.filter(
          ({ from, to }) =>
            from[1] === to[1] && Math.min(from[0], to[0]) <= at && Math.max(from[0], to[0]) > at,
        );
        expect([upright.length % 2, level.length % 2]).toEqual([0, 0]);
      }
    }),
  );
});

test('parts that touch nowhere have outlines of their own', () => {
  const one = pieces(outlineAround([[5, 5]])).length;
  expect(
    pieces(
      outlineAround([
        [5, 5],
        [5, 20],
      ]),
    ),
  ).toHaveLength(2 * one);
});
