import { expect, test } from 'vitest';
import { findPeaks } from '../../../../../actors/sentinel/reconstruction/waveform/find-peaks.ts';

const all = { height: 0, prominence: 0, width: 0 };
const peaks = (...samples: number[]) => findPeaks(Float64Array.from(samples), all);

test('a peak has its place, height, and prominence above the higher valley', () => {
  expect(
    peaks(0, 1, 5, 2, 3, 0).map(({ position, height, prominence }) => [position, height, prominence]),
  ).toEqual([
    [2, 5, 5],
    [4, 3, 1],
  ]);
});

test('the middle of a flat top is the peak; a flat end is none', () => {
  expect(peaks(0, 4, 4, 4, 4, 0, 2, 2).map(({ position }) => position)).toEqual([2]);
});

test('widths lie between samples', () => {
  expect(peaks(0, 2, 4, 2, 0)).toMatchObject([{ halfWidth: 2, fullWidth: 3.8 }]);
});

test('low, flat and narrow ones are left out', () => {
  const samples = Float64Array.of(0, 2, 4, 2, 0, 3, 2.5, 3.2, 0);
  const count = (limits: Partial<typeof all>) => findPeaks(samples, { ...all, ...limits }).length;
  expect([count({}), count({ height: 3.1 }), count({ prominence: 0.6 }), count({ width: 2.5 })]).toEqual([
    3, 2, 2, 1,
  ]);
});
