import { expect, test } from 'vitest';
import { impossible } from '../../../protocol/expression/never.ts';
import { parse } from '../../../protocol/expression/parse.ts';

test.each([
  ['x > 5 and x < 3', 'x'],
  ['3 > x and x > 5 and y > 1', 'x'],
  ['x > 5 and x <= 5', 'x'],
  ['x == 1 and x == 2', 'x'],
  ['5 < x < 3', 'x'],
  ['abs(E:A) < -1 and abs( E:A) > 0', undefined],
  ['abs(E:A) < -1 and abs(E:A) > 0', 'abs(E:A)'],
  ['x > 5 or x < 3', undefined],
  ['x > 5 and x < 3 or y > 2', undefined],
  ['(x > 5 and x < 3) or (y > 5 and y < 3)', 'x'],
  ['x >= 5 and x <= 5', undefined],
  ['x != 5 and x == 4', undefined],
])('%s asks the impossible of %s', (text, expected) => expect(impossible(parse(text), text)).toBe(expected));
