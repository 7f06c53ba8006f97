import { expect, test } from 'vitest';
import { align, seriesOf, stack } from '../../../web/frame/series.ts';
import { frame } from '../helpers/made-up.ts';

const time = { name: 'time', type: 'time' } as const;
const number = (name: string) => ({ name, type: 'number' }) as const;

test('a wide frame has a line for each number column, and what is no number is a gap', () => {
  const lines = seriesOf([
    frame(
      [time, number('x'), number('y')],
      [
        [1000, 2000],
        [1, 'NaN'],
        [3, null],
      ],
    ),
  ]);
  expect(lines).toEqual([
    { name: 'x', x: [1, 2], y: [1, null] },
    { name: 'y', x: [1, 2], y: [3, null] },
  ]);
});

test('a long frame has a line for each label, of its own times', () => {
  const lines = seriesOf([
    frame(
      [time, { name: 'device', type: 'string' }, number('value')],
      [
        [1000, 1000, 2000],
        ['a', 'b', 'a'],
        [1, 2, 3],
      ],
    ),
  ]);
  expect(lines).toEqual([
    { name: 'a', x: [1, 2], y: [1, 3] },
    { name: 'b', x: [1], y: [2] },
  ]);
});

test('lines of several times meet on one axis: no point is undefined, a gap is null', () => {
  const aligned = align([
    { name: 'a', x: [1, 3], y: [10, null] },
    { name: 'b', x: [2], y: [20] },
  ]);
  expect(aligned).toEqual({
    x: [1, 2, 3],
    ys: [
      [10, undefined, null],
      [undefined, 20, undefined],
    ],
  });
});

test('stacked lines stand on each other', () => {
  expect(
    stack({
      x: [1, 2],
      ys: [
        [1, 2],
        [3, null],
      ],
    }).ys,
  ).toEqual([
    [1, 2],
    [4, 2],
  ]);
});

test('a frame without times or rows has no lines', () => {
  expect(seriesOf([frame([number('x')], [[1]]), frame([time, number('x')], [[], []])])).toEqual([
    { name: 'x', x: [], y: [] },
  ]);
});
