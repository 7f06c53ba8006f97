import { expect, test } from 'vitest';
import { timelineOf } from '../../../web/panels/state-timeline.ts';
import { frame } from '../helpers/made-up.ts';

const time = { name: 'time', type: 'time' } as const;

test('a value lasts until the next of its row, equal neighbours are one, and null ends it', () => {
  const timeline = timelineOf(
    [
      frame(
        [time, { name: 'actor', type: 'string' }, { name: 'state', type: 'number' }],
        [
          [0, 5, 10, 20, 30],
          ['a', 'b', 'a', 'a', 'a'],
          [1, 0, 1, null, 0],
        ],
      ),
    ],
    40,
  );
  expect([...timeline]).toEqual([
    [
      'a',
      [
        { fromMs: 0, toMs: 20, value: 1 },
        { fromMs: 30, toMs: 40, value: 0 },
      ],
    ],
    ['b', [{ fromMs: 5, toMs: 40, value: 0 }]],
  ]);
});

test('one column of words is a row of its name', () => {
  const frames = [frame([time, { name: 'mode', type: 'string' }], [[0], ['beam-on']])];
  expect([...timelineOf(frames, 10)]).toEqual([['mode', [{ fromMs: 0, toMs: 10, value: 'beam-on' }]]]);
});
