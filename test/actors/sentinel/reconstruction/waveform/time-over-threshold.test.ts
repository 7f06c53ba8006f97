import { expect, test } from 'vitest';
import { timeOverThreshold } from '../../../../../actors/sentinel/reconstruction/waveform/time-over-threshold.ts';

/** Stretches of samples: so many of this value. */
const over = (...stretches: [count: number, value: number][]) =>
  timeOverThreshold(Float64Array.from(stretches.flatMap(([count, value]) => Array(count).fill(value))), 5);

test('the time is that between first above and first below, told one sample early as in the experiment', () => {
  expect(over([20, 0], [30, 8], [20, 0])).toEqual({ begin: 19, end: 49, area: 29 * 8 });
});

test('nine samples above are no signal, and four below no end', () => {
  expect(over([20, 0], [9, 8], [20, 0])).toEqual({ begin: 0, end: 0, area: 0 });
  expect(over([20, 0], [10, 8], [4, 0], [10, 8], [20, 0])).toMatchObject({ begin: 19, end: 43 });
});

test('a signal that does not end lasts to the last sample', () => {
  expect(over([20, 0], [30, 8])).toMatchObject({ begin: 19, end: 50 });
});

test('a signal from the first sample begins there, not before', () => {
  expect(over([15, 8], [20, 0])).toMatchObject({ begin: 0, end: 14 });
});
