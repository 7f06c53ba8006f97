import { describe, expect, test } from 'vitest';
import { age, figures, formatNumber } from '../../../web/frame/format.ts';

describe('numbers as people read them', () => {
  test.each([
    [36.2412, 'suffix: E12', 1, '36.2', 'E12'],
    [-0.1991, 'volt', undefined, '-199.1', 'mV'],
    [2.5, 'kvolt', undefined, '2.5', 'kV'],
    [0.00153, 'lengthm', undefined, '1.53', 'mm'],
    [1.53, 'lengthmm', undefined, '1.53', 'mm'],
    [5400, 's', undefined, '1.5', 'h'],
    [250, 'ms', 0, '250', 'ms'],
    [0.98765, 'percentunit', undefined, '98.77', '%'],
    [98.6, 'fahrenheit', undefined, '98.6', '°F'],
    [0, 'bytes', undefined, '0', 'B'],
  ])('%d in %s', (value, unit, decimals, text, shown) => {
    expect(formatNumber(value, unit, decimals)).toEqual({ text, unit: shown });
  });

  test('a unit that is not known stands as it is written: nothing is shown in a wrong one', () => {
    expect(formatNumber(12, 'furlong')).toEqual({ text: '12', unit: 'furlong' });
  });

  test('what is no number says so, without a unit', () => {
    expect(formatNumber(Number.NaN, 'volt')).toEqual({ text: 'NaN', unit: '' });
  });

  test('very large and very small ones keep their size', () => {
    expect([figures(4.1e13), figures(3e-7), figures(-1234.5678)]).toEqual(['4.10e+13', '3.00e-7', '-1234.6']);
  });
});

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [61_000, '1 min'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [86_400_000 * 2 + 3 * 3_600_000, '2 d 3 h'],
  [-5000, '0 s'],
])('an age of %d ms is %s', (ms, text) => {
  expect(age(ms)).toBe(text);
});
