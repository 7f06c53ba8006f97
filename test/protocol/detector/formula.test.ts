import { expect, test } from 'vitest';
import { compileFormula } from '../../../protocol/detector/formula.ts';

test.each([
  ['x', 7, 7],
  ['(x - 4) / 16 * 200 - 50', 12, 50],
  ['-22.7 * x + 82.3', 2, 36.9],
  ['x > 5 ? 1 : 0', 7, 1],
  ['max(x, 10)', 7, 10],
])('%s of %d is %d', (text, raw, value) => {
  expect(compileFormula(text, []).evaluate(raw, new Map())).toBeCloseTo(value);
});

test.each([
  ['(x - 4', /character 7: nothing where "\)" should be/],
  ['y * 2', /no quantity is called y/],
  ['E:TRTGTD', /E:TRTGTD is not in the device list/],
  ['x > 5', /is true or false where what it is for needs a number/],
  ["sinceLast('A9')", /a formula is made of x, msrd, and of nothing else/],
  ["mode == 'beam-on' ? 1 : 0", /made of x, msrd|no quantity is called mode/],
  ['msrd', /is an array where what it is for needs a number/],
])('%s is refused where it is read, not when the first event comes', (text, reason) => {
  expect(() => compileFormula(text, ['MSRD'])).toThrow(reason);
});
