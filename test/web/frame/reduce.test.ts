import { expect, test } from 'vitest';
import { figuresOf, reduce } from '../../../web/frame/reduce.ts';
import { frame } from '../helpers/made-up.ts';

test('the last value there is, not the gap after it', () => {
  expect(reduce([1, 2, null])).toBe(2);
  expect(reduce([1, 2, null], 'last')).toBeNull();
});

test('nothing has no extremes and no mean', () => {
  expect(['min', 'max', 'mean', 'lastNotNull'].map(calc => reduce([null, 'NaN'], calc))).toEqual([
    null,
    null,
    null,
    'NaN',
  ]);
});

test('a calculation that is not known is refused by name', () => {
  expect(() => reduce([1], 'median')).toThrow('there is no calculation median');
});

test('text is a figure only where the panel asks for every column', () => {
  const frames = [
    frame(
      [
        { name: 'mode', type: 'string' },
        { name: 'n', type: 'number' },
      ],
      [['beam-on'], [3]],
    ),
  ];
  const names = (fields: string) => figuresOf(frames, { calcs: [], fields }).map(({ name }) => name);
  expect([names(''), names('/.*/')]).toEqual([['n'], ['mode', 'n']]);
});
