import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { BOUNDS } from '../../../protocol/expression/bounds.ts';
import { compileExpression } from '../../../protocol/expression/compile.ts';
import { isUnusable } from '../../../protocol/expression/value.ts';
import { evaluate, failure, NAMES, NOW, STALE, scopeOf } from './world.ts';

const world = {
  devices: {
    'E:A': 2,
    'E:ARR': [1, 2, 3, Number.NaN],
    'E:BAD': Number.NaN,
    'E:OLD': { values: [1], at: NOW - 30_000 },
  },
};

describe('an expression comes to what a physicist would expect', () => {
  test.each<[string, number | boolean | string]>([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['(1 + 2) * 3 % 5', 4],
    ['-E:A * -3', 6],
    ['E:ARR[0] + E:ARR[E:A]', 4],
    ['E:A > 1 ? 10 : 20', 10],
    ['E:A>1?E:A:0', 2],
    ['-205 < E:A <= 2', true],
    ['3 > E:A > 2', false],
    ['not E:A > 1 or E:A == 2', true],
    ['!(E:A > 1) || E:A != 2', false],
    ['true and not false', true],
    ['mode() == \'beam-on\' && mode() != "horn-off"', true],
    ['500ms + 30s + 2m + 1h', 3750.5],
    ['2.5e1 + .5', 25.5],
    ['if(E:A > 5, 1, 2)', 2],
  ])('%s is %s', (text, expected) => expect(evaluate(text, world)).toBe(expected));
});

describe('what cannot be told says why, and says so through every calculation', () => {
  test.each([
    ['E:NONE + 1', 'UDF: E:NONE has never come'],
    ['abs(E:OLD) * 2', 'TIMEOUT: E:OLD last came at 2001-09-09T01:46:10.000Z, more than 20 s ago'],
    ['E:BAD > 3', 'CALC: E:BAD is NaN'],
    ['E:ARR[3]', 'CALC: E:ARR[3] is NaN'],
    ['mean(E:ARR)', 'CALC: element 3 of E:ARR is NaN'],
    ['E:ARR[9]', 'CALC: E:ARR[9] is not there'],
    ['E:ARR[E:A / 4]', 'CALC: E:ARR[0.5] is not there'],
    ['E:ARR + 1', 'CALC: E:ARR has 4 values where one is needed'],
    ['1 / (E:A - 2)', 'CALC: 1 / (E:A - 2) divides by zero'],
    ['5 % 0', 'CALC: 5 % 0 divides by zero'],
    ['sqrt(-E:A)', 'CALC: sqrt(-E:A) cannot be calculated: it comes to NaN'],
    ['exp(1000)', 'CALC: exp(1000) cannot be calculated: it comes to Infinity'],
    ['1e308 * 10', 'CALC: 1e308 * 10 cannot be calculated: it comes to Infinity'],
  ])('%s: %s', (text, expected) => expect(failure(text, world)).toBe(expected));

  test('a device whose front end gave a status is not trusted, though it has a value', () => {
    const failing = { devices: { 'E:A': { values: [5], status: 14 + 256 * -4 } } };
    expect(failure('E:A', failing)).toBe('CALC: E:A has ACNET status [14 -4]');
  });

  test('a device missing from the last readings of its trigger is not replaced by its last value', () => {
    expect(failure('E:A', { devices: { 'E:A': { values: [5], missing: true } } })).toBe(
      'TIMEOUT: E:A was missing when its trigger last came',
    );
  });

  test('a device that has not come yet is waited for until it is as late as a stale one', () => {
    expect(failure('E:A + 1', { since: NOW - STALE })).toBe('UDF (waiting): E:A has never come');
    expect(failure('E:A + 1', { since: NOW - STALE - 1 })).toBe('UDF: E:A has never come');
  });

  test('orElse and usable catch it, and nothing else does', () => {
    expect(evaluate('orElse(E:NONE, E:BAD, 7)', world)).toBe(7);
    expect(evaluate('usable(E:BAD)', world)).toBe(false);
    expect(evaluate('usable(E:A)', world)).toBe(true);
    expect(failure('orElse(E:NONE, E:BAD)', world)).toBe('CALC: E:BAD is NaN');
    expect(failure('usable(E:NONE)', { since: NOW })).toBe('UDF (waiting): E:NONE has never come');
  });

  test('one side of and, or decides alone, whatever is wrong with the other', () => {
    for (const [text, expected] of [
      ['E:BAD > 0 and false', false],
      ['false and E:BAD > 0', false],
      ['E:BAD > 0 or true', true],
      ['true or E:BAD > 0', true],
    ] as const)
      expect(evaluate(text, world)).toBe(expected);
    expect(failure('E:BAD > 0 and true', world)).toBe('CALC: E:BAD is NaN');
    expect(failure('false or E:BAD > 0', world)).toBe('CALC: E:BAD is NaN');
  });
});

const mistake = (text: string, names = NAMES): string => {
  try {
    compileExpression(text, names);
    return 'fine';
  } catch (thrown) {
    if (thrown instanceof SpillwayError) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
};

describe('a mistake is told at its character, with what is accepted', () => {
  test.each([
    ['', /character 1: nothing where a value should be; accepted: a number/],
    ['1 +', /character 4: nothing where a value should be/],
    ['(1 + 2', /character 7: nothing where "\)" should be/],
    ['1 2', /character 3: "2" does not fit here/],
    ['E:A = 3', /character 5: nothing can be set here; accepted: ==/],
    ['1..2', /character 1: 1\.\.2 is not a number/],
    ['5x', /character 1: 5x is not a number; accepted: 12, .* 30s/],
    ['Horn + 1', /character 1: Horn is no name; accepted: a device as E:TRTGTD, or a quantity in lower case/],
    ["'abc", /character 1: this text has no end/],
    ['a.b', /character 2: "\." has no meaning here/],
    ['this', /no quantity is called this/],
    ['`x`', /"`" has no meaning here/],
    ['meen(E:A)', /no function is called meen; did you mean mean\?/],
    ['abs(1, 2)', /abs with 2 arguments; accepted: abs\(x\)/],
    ['constructor()', /no function is called constructor/],
    ['abs(true)', /character 5: true is true or false where abs\(x\) needs a number/],
    ['1 + (2 > 1)', /character 5: \(2 > 1\) is true or false where "\+" needs a number/],
    ["E:A == 'x'", /compares number with text; accepted: two of a kind/],
    ["'a' < 'b'", /'a' is a text where a comparison needs a number/],
    ['E:A and true', /E:A is a reading where "and" needs true or false/],
    ['1 > 0 ? 1 : true', /may be number or boolean; accepted: values of one kind/],
    ['E:ARR[-1]', /E:ARR has no element -1; accepted: whole numbers from 0/],
    ['E:ARR[1.5]', /has no element 1\.5/],
    ["health('recorder', 'lagg')", /"lagg" is not told by actors; accepted: state, lag/],
    ["health(E:A, 'lag')", /is not understood; accepted: health\('actor', 'field'\), with texts in quotes/],
    [
      "rate('A9', E:A)",
      /is not understood; accepted: rate\('trigger', 60s\), the window written out, up to 60m/,
    ],
    ["rate('A9', 2h)", /accepted: rate\('trigger', 60s\)/],
    ['age(3)', /age of something else; accepted: age\(device\)/],
    ['previous(E:A + 1)', /previous of something else; accepted: previous\(x\) of a device/],
    ["pot('best')", /accepted: pot\('nova', 0\.02\) or pot\('minos'\)/],
    ["pot('toString')", /accepted: pot\('nova'/],
    ["change(toString('a','b'))", /change of something else/],
    ['within(E:A, 3, 2)', /within: 3 is above 2/],
    ['slice(E:A, 3, 2)', /elements 3 to 2 are none/],
  ])('%s', (text, expected) => {
    expect(mistake(text)).toMatch(expected);
    expect(mistake(text)).toMatch(/^EXPRESSION_INVALID character \d+: /);
  });

  test('names are checked against what is known, and the nearest one is offered', () => {
    const known = {
      ...NAMES,
      devices: new Map([
        ['E:TRTGTD', { length: 1 }],
        ['E:HPTGT', { length: 7 }],
        ['E:MTGTDS', { length: 198 }],
      ]),
      triggers: new Set(['A9', 'AD']),
      actors: new Set(['recorder']),
      modes: new Set(['beam-on']),
    };
    expect(mistake('E:TRTGTF', known)).toMatch(/E:TRTGTF is not in the device list; did you mean E:TRTGTD\?/);
    expect(mistake('E:HPTGT[7]', known)).toMatch(/E:HPTGT has no element 7; accepted: 0 to 6/);
    expect(mistake('E:HPTGT + 1', known)).toMatch(/E:HPTGT is an array where "\+" needs a number/);
    expect(mistake('length(E:TRTGTD)', known)).toMatch(
      /E:TRTGTD is a number where length\(array\) needs an array/,
    );
    expect(mistake('gaussianWidth(E:MTGTDS, 151)', known)).toMatch(
      /elements 151 to 198 are asked for; accepted: 0 to 197/,
    );
    expect(mistake("sinceLast('A8')", known)).toMatch(/no trigger is called "A8"; did you mean A9\?/);
    expect(mistake("health('recroder', 'lag')", known)).toMatch(
      /no actor is called "recroder"; did you mean recorder\?/,
    );
    expect(mistake("mode() == 'baem-on'", known)).toMatch(
      /no machine mode is called "baem-on"; accepted: beam-on/,
    );
    expect(mistake("mode() == 'x'", { ...known, withoutMode: true })).toMatch(
      /cannot be asked for where it is decided/,
    );
  });
});

describe('no expression can be large, deep or slow', () => {
  test.each([
    ['too long', ' '.repeat(BOUNDS.length) + '1', /4001 characters; accepted: up to 4000/],
    ['brackets too deep', '('.repeat(60) + '1' + ')'.repeat(60), /nested deeper than 50 levels/],
    ['signs too deep', '-'.repeat(60) + '1', /nested deeper than 50 levels/],
    ['nots too deep', 'not '.repeat(60) + 'true', /nested deeper than 50 levels/],
    ['a sum too long', Array(300).fill('1').join('+'), /more than 200 operators within each other; use sum/],
    [
      'too many values',
      `sum(${Array(31)
        .fill(`sum(${Array(31).fill('1').join(',')})`)
        .join(',')}) + ${Array(20).fill('1').join('+')}`,
      /more than 1000/,
    ],
    ['too many arguments', `sum(${Array(40).fill('1').join(',')})`, /more than 32 arguments/],
  ])('%s', (_, text, expected) => expect(mistake(text)).toMatch(expected));

  test('an evaluation over its budget ends, and nothing in the expression can hide that', () => {
    const devices = { 'E:BIG': Array.from({ length: 65_536 }, (_, index) => index) };
    const sums = Array(17).fill('sum(E:BIG)').join(' + ');
    for (const text of [sums, `orElse(${sums}, 0)`, `usable(${sums}) ? 1 : 2`, `${sums} > 0 or true`])
      expect(failure(text, { devices })).toMatch(/^DISABLE: .* needs more than 1000000 operations/);
    expect(failure('sum(E:BIG)', { devices })).toMatch(/^fine/);
  });
});

/** The code of what reading a text throws, or what kind of value it comes to. */
function outcomeOf(text: string): string {
  try {
    const value = compileExpression(text, NAMES).evaluate(scopeOf(world), STALE);
    if (isUnusable(value)) return 'unusable';
    return Number.isFinite(value) ? 'finite' : typeof value;
  } catch (thrown) {
    return thrown instanceof SpillwayError ? thrown.code : String(thrown);
  }
}

test('whatever is written, reading it gives an expression or EXPRESSION_INVALID', () => {
  const words = fc.constantFrom(
    ..."E:A E:ARR[1] 1 -2.5e3 30s true ( ) [ ] , ? : + - * / % < <= == != ! and or not && || abs( mean( orElse( if( pot() mode() 'x' rate( previous( health( gaussianWidth(".split(
      ' ',
    ),
    ' ',
    '\n',
    'quantity',
    '__proto__',
    'constructor',
    '`',
    '€',
    '\u0000',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(words, { maxLength: 30 }).map(parts => parts.join(' ')),
  );
  fc.assert(
    fc.property(texts, text => {
      expect(outcomeOf(text)).toMatch(/^(EXPRESSION_INVALID|unusable|boolean|string|object|finite)$/);
    }),
    { numRuns: 5000 },
  );
});

describe('random expressions come to the same as a reference that calculates as it writes', () => {
  /** A text and what it comes to; undefined stands for what cannot be told. */
  interface Case<T> {
    readonly text: string;
    readonly value: T | undefined;
  }
  const both = <A, B, C>(a: Case<A>, b: Case<B>, text: string, f: (a: A, b: B) => C): Case<C> => ({
    text,
    value: a.value === undefined || b.value === undefined ? undefined : f(a.value, b.value),
  });
  const finite = (one: Case<number>): Case<number> =>
    one.value !== undefined && Number.isFinite(one.value) ? one : { ...one, value: undefined };

  const { number } = fc.letrec<{ number: Case<number>; truth: Case<boolean> }>(tie => ({
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer({ min: 0, max: 9 }).map(value => ({ text: String(value), value })),
      fc.constantFrom<Case<number>>(
        { text: 'E:A', value: 2 },
        { text: 'E:ARR[2]', value: 3 },
        { text: 'E:BAD', value: undefined },
      ),
      fc
        .tuple(fc.constantFrom('+', '-', '*', '/', '%'), tie('number'), tie('number'))
        .map(([op, a, b]) =>
          finite(
            both(a, b, `(${a.text} ${op} ${b.text})`, (x, y) =>
              op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : op === '/' ? x / y : x % y,
            ),
          ),
        ),
      tie('number').map(a => ({ text: `-${a.text}`, value: a.value === undefined ? undefined : -a.value })),
      fc
        .tuple(tie('number'), tie('number'))
        .map(([a, b]) => ({ text: `orElse(${a.text}, ${b.text})`, value: a.value ?? b.value })),
      fc
        .tuple(tie('number'), tie('number'))
        .map(([a, b]) => both(a, b, `max(${a.text}, ${b.text})`, Math.max)),
      fc.tuple(tie('truth'), tie('number'), tie('number')).map(([c, a, b]) => ({
        text: `(${c.text} ? ${a.text} : ${b.text})`,
        value: c.value === undefined ? undefined : c.value ? a.value : b.value,
      })),
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc
        .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'), tie('number'))
        .map(([op, a, b]) =>
          both(a, b, `(${a.text} ${op} ${b.text})`, (x, y) =>
            op === '<'
              ? x < y
              : op === '<='
                ? x <= y
                : op === '>'
                  ? x > y
                  : op === '>='
                    ? x >= y
                    : op === '=='
                      ? x === y
                      : x !== y,
          ),
        ),
      fc.tuple(tie('truth'), tie('truth')).map(([a, b]) => ({
        text: `(${a.text} and ${b.text})`,
        value:
          a.value === false || b.value === false
            ? false
            : a.value === undefined || b.value === undefined
              ? undefined
              : true,
      })),
      fc.tuple(tie('truth'), tie('truth')).map(([a, b]) => ({
        text: `(${a.text} or ${b.text})`,
        value:
          a.value === true || b.value === true
            ? true
            : a.value === undefined || b.value === undefined
              ? undefined
              : false,
      })),
      tie('truth').map(a => ({ text: `not ${a.text}`, value: a.value === undefined ? undefined : !a.value })),
      tie('number').map(a => ({ text: `usable(${a.text})`, value: a.value !== undefined })),
    ),
  }));

  test('numbers, with what cannot be told among them', () => {
    fc.assert(
      fc.property(number, ({ text, value }) => {
        fc.pre(text.length <= BOUNDS.length);
        const found = evaluate(`(${text})`, world);
        // Minus zero is zero.
        expect(isUnusable(found) ? undefined : Number(found) + 0).toBe(
          value === undefined ? undefined : value + 0,
        );
      }),
      { numRuns: 3000 },
    );
  });
});
