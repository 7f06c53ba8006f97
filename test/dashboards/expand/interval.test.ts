import { expect, test } from 'vitest';
import { intervalMs, intervalOf, intervalText } from '../../../dashboards/expand/interval.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test.each([
  [HOUR, 900, undefined, 5_000],
  [6 * HOUR, 900, undefined, 20_000],
  [DAY, 900, undefined, 120_000],
  [30 * DAY, 900, undefined, 3_600_000],
  [365 * DAY, 900, undefined, 43_200_000],
  [HOUR, 900, 60_000, 60_000],
  [1_000, 900, undefined, 1],
  [200 * 365 * DAY, 1, undefined, 31_536_000_000],
])('%d ms over %d points are drawn in steps as Grafana chooses them', (range, points, least, expected) => {
  expect(intervalOf(range, points, least)).toBe(expected);
});

test('intervals are read and written as Grafana does', () => {
  expect(['1m', '>30s', '500ms', '2h', '45'].map(intervalMs)).toEqual([
    60_000, 30_000, 500, 7_200_000, 45_000,
  ]);
  expect(['', 'soon', '-1m', '1 minute'].map(intervalMs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([500, 20_000, 60_000, 7_200_000, 86_400_000].map(intervalText)).toEqual([
    '500ms',
    '20s',
    '1m',
    '2h',
    '1d',
  ]);
});
