import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bounds,
  momentOf,
  parseUtc,
  rangeText,
  refreshMs,
  shifted,
  zoomedOut,
} from '../../../web/board/time-range.ts';

const NOW = Date.UTC(2026, 10, 21, 10, 30);
const H = 3_600_000;

test.each([
  ['now', 0],
  ['now-6h', 6 * H],
  ['now-1d/d', 34.5 * H],
  ['now/d', 10.5 * H],
  [String(NOW - 5), 5],
])('%s is so long ago', (text, back) => {
  expect(momentOf(text, NOW)).toBe(NOW - back);
});

test.each(['', 'yesterday', 'now-', 'now-6', 'now+1h', '-5', '1e9', 'now-6h/h'])('%j is no moment', text => {
  expect(momentOf(text, NOW)).toBeUndefined();
});

test('a range that ends before it begins is refused by name', () => {
  expect(() => bounds({ from: 'now', to: 'now-1h' }, NOW)).toThrow(
    'time range now to now-1h is not understood',
  );
});

describe('moving about', () => {
  test('a live range goes back by half of itself, stands still, and comes back to be live', () => {
    const live = { from: 'now-1h', to: 'now' };
    const back = shifted(live, -1, NOW);
    expect(back).toEqual({ from: String(NOW - 1.5 * H), to: String(NOW - 0.5 * H) });
    expect(shifted(back, 1, NOW)).toEqual(live);
  });

  test('wider is the next usual range while live, twice as long otherwise', () => {
    expect(zoomedOut({ from: 'now-1h', to: 'now' }, NOW)).toEqual({ from: 'now-6h', to: 'now' });
    const fixed = { from: String(NOW - 10 * H), to: String(NOW - 8 * H) };
    expect(zoomedOut(fixed, NOW)).toEqual({ from: String(NOW - 11 * H), to: String(NOW - 7 * H) });
  });

  test('no walk leads beyond now, or to a range that is none', () => {
    const steps = fc.array(fc.constantFrom('earlier', 'later', 'wider'), { maxLength: 30 });
    fc.assert(
      fc.property(steps, walk => {
        let range = { from: 'now-15m', to: 'now' };
        for (const step of walk)
          range = {
            ...(step === 'wider' ? zoomedOut(range, NOW) : shifted(range, step === 'later' ? 1 : -1, NOW)),
          };
        expect(bounds(range, NOW).toMs).toBeLessThanOrEqual(NOW);
      }),
    );
  });
});

test.each([
  ['2026-11-21 10:30', NOW],
  ['2026-11-21T10:30:00Z', NOW],
  [' 2026-11-21 ', NOW - 10.5 * H],
  ['21.11.2026', undefined],
  ['2026-13-01 00:00', undefined],
])('%j is written as a time in UTC, or is none', (text, ms) => {
  expect(parseUtc(text)).toBe(ms);
});

test('a range says what it is', () => {
  expect(rangeText({ from: 'now-6h', to: 'now' }, NOW)).toBe('last 6 h');
  expect(rangeText({ from: String(NOW - H), to: String(NOW) }, NOW)).toBe('2026-11-21 09:30 – 10:30 UTC');
});

test('long ranges are asked for less often, and no range oftener than spills come', () => {
  expect([H / 4, 6 * H, 365 * 24 * H].map(length => refreshMs({ fromMs: NOW - length, toMs: NOW }))).toEqual([
    2000, 21_600, 300_000,
  ]);
});
