import { expect, test } from 'vitest';
import { cellsOf, usualStep } from '../../../web/panels/heat-map.ts';
import { frame } from '../helpers/made-up.ts';

const time = { name: 'time', type: 'time' } as const;
const wire = (name: string) => ({ name, type: 'number' }) as const;

test('wires stand by their place, lowest first, and what is no number leaves its cell empty', () => {
  const cells = cellsOf(
    frame(
      [time, wire('0.5'), wire('-0.5')],
      [
        [1000, 2000],
        [5, 'NaN'],
        [1, 9],
      ],
    ),
  );
  expect(cells).toEqual({
    x: [1, 2],
    rows: [
      { y: -0.5, values: [1, 9] },
      { y: 0.5, values: [5, null] },
    ],
    low: 1,
    high: 9,
  });
});

test('rows without a number for a name stand in their order', () => {
  expect(cellsOf(frame([time, wire('a'), wire('b')], [[1000], [1], [2]]))?.rows.map(({ y }) => y)).toEqual([
    0, 1,
  ]);
});

test.each([
  ['no rows', [[], []]],
  ['nothing but gaps', [[1000], ['NaN']]],
])('%s is nothing to draw', (_, values) => {
  expect(cellsOf(frame([time, wire('1')], values))).toBeUndefined();
});

test('a gap in the data does not change the usual step', () => {
  expect(usualStep([0, 2, 4, 100, 102])).toBe(2);
  expect(usualStep([7])).toBe(1);
});
