import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalIn } from '../../../protocol/xml-rpc/decimal.ts';

const read = (text: string) => decimalIn(Buffer.from(`<${text}<`), 1, 1 + text.length);

/** What is not read here is left to JavaScript. */
const readOrLeft = (text: string): number => read(text) ?? Number(text);

const withPoint = (digits: string, point: number): string =>
  `${digits.slice(0, point % digits.length)}.${digits.slice(point % digits.length)}`;

test('a decimal of 15 to 19 digits is read as the double nearest to it', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9]{15,19}$/),
      fc.nat({ max: 18 }),
      fc.nat({ max: 4 }),
      (digits, point, zeros) => {
        const text = withPoint(`${'0'.repeat(zeros)}${digits}`, point);
        expect(readOrLeft(text)).toBe(Number(text));
        expect(readOrLeft(`-${text}`)).toBe(Number(`-${text}`));
      },
    ),
    { numRuns: 20_000 },
  );
});

test('of a number as near to one double as to the next, or nearly, none is read wrong', () => {
  const odd = fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }).map(mantissa => mantissa * 2n + 1n);
  fc.assert(
    fc.property(
      odd,
      fc.nat({ max: 9 }),
      fc.constantFrom(-1n, 0n, 1n),
      fc.nat(),
      (middle, shift, aside, point) => {
        const digits = ((middle << BigInt(shift)) + aside).toString();
        expect(readOrLeft(digits)).toBe(Number(digits));
        expect(readOrLeft(withPoint(digits, point))).toBe(Number(withPoint(digits, point)));
      },
    ),
    { numRuns: 20_000 },
  );
});

test('what a double is written as is read as that double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(readOrLeft(String(value))).toBe(Number(String(value)));
      expect(readOrLeft(value.toPrecision(17))).toBe(Number(value.toPrecision(17)));
    }),
    { numRuns: 5000 },
  );
});

test.each(['24.121907578421753', '-0.001234567890123456', '1104537600.1234567', '2412190757842175312'])(
  '%s, as arithmetic leaves numbers, is read here and not left to the engine',
  text => {
    expect(read(text)).toBe(Number(text));
  },
);

test.each(['5.', '.5', '-.5', '0', '-0', '-0.000', '+1.5', '000000000000000000000000007'])(
  'reads %s',
  text => {
    expect(read(text)).toBe(Number(text));
  },
);

test.each([
  '',
  '.',
  '+',
  '-',
  '-.',
  '1..2',
  '1.2.3',
  '1e5',
  'nan',
  ' 1',
  '1 ',
  '--1',
  '12345678901234567890',
])('leaves "%s" to who knows more', text => {
  expect(read(text)).toBeUndefined();
});
