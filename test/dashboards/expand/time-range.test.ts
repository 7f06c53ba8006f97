import { expect, test } from 'vitest';
import { timeOf, timeRange } from '../../../dashboards/expand/time-range.ts';

const NOW = Date.parse('2026-11-21T10:20:30.400Z');
const iso = (text: string, end = false) => new Date(timeOf(text, NOW, end)).toISOString();

test.each([
  ['now', '2026-11-21T10:20:30.400Z'],
  ['now-6h', '2026-11-21T04:20:30.400Z'],
  ['now-1M', '2026-10-21T10:20:30.400Z'],
  ['now/d', '2026-11-21T00:00:00.000Z'],
  ['now-1d/d', '2026-11-20T00:00:00.000Z'],
  ['now/w', '2026-11-16T00:00:00.000Z'],
  ['now/y', '2026-01-01T00:00:00.000Z'],
  ['now-1y/M', '2025-11-01T00:00:00.000Z'],
  ['2026-11-21T00:00:00Z', '2026-11-21T00:00:00.000Z'],
  ['1700000000000', '2023-11-14T22:13:20.000Z'],
])('%s is %s', (text, expected) => {
  expect(iso(text)).toBe(expected);
});

test('a rounded end is the end of the day, not its begin', () => {
  expect(iso('now-1d/d', true)).toBe('2026-11-20T23:59:59.999Z');
  expect(iso('now/M', true)).toBe('2026-11-30T23:59:59.999Z');
});

test.each(['', 'yesterday', 'now-', 'now-6x', 'now+'])('%s is no time', text => {
  expect(() => timeOf(text, NOW)).toThrow('is not a time');
});

test('a range that ends before it begins is refused', () => {
  expect(() => timeRange('now', 'now-1h', NOW)).toThrow('now is not before now-1h');
});
