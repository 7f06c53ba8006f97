import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileMatchers, formatMatcher, parseMatcher } from '../../../protocol/alarm/matcher.ts';

const LABELS = { alarm: 'beam/horn/current', area: 'beam/horn', severity: 'MAJOR' };
const fits = (...texts: string[]) => compileMatchers(texts.map(parseMatcher))(LABELS);

test.each([
  ['area="beam/horn"', true],
  ['area=beam', false],
  ['area=~"beam.*"', true],
  ['area=~horn', false],
  ['severity!="MINOR"', true],
  ['severity!~"MAJOR|INVALID"', false],
  ['nowhere=""', true],
  ['nowhere=~".+"', false],
  ['constructor=""', true],
  [' area = "beam/horn" ', true],
])('a silence on %s takes an alarm or leaves it, as Alertmanager would: %s', (text, expected) => {
  expect(fits(text)).toBe(expected);
});

test('all matchers must fit, not one of them', () => {
  expect(fits('area=~"beam/.*"', 'severity=MAJOR')).toBe(true);
  expect(fits('area=~"beam/.*"', 'severity=MINOR')).toBe(false);
});

test.each(['', '=x', 'area', '9a=b', 'area="x', 'area=x"y', 'area=~"("', 'area=~"(a{1000}){1000}"'])(
  'a matcher that is none is refused, not taken for one that fits nothing: %s',
  text => {
    expect(() => parseMatcher(text)).toThrow(expect.objectContaining({ code: 'EXPRESSION_INVALID' }));
  },
);

test('an expression made to take for ever takes no time', () => {
  const test = compileMatchers([parseMatcher('alarm=~"(a+)+b"')]);
  expect(test({ alarm: 'a'.repeat(2000) })).toBe(false);
});

test('any matcher reads back as it was written', () => {
  const matcher = fc.record({
    name: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
    value: fc.string({ unit: 'binary' }),
    isRegex: fc.constant(false),
    isEqual: fc.boolean(),
  });
  fc.assert(
    fc.property(matcher, one => {
      expect(parseMatcher(formatMatcher(one))).toEqual(one);
    }),
  );
});
