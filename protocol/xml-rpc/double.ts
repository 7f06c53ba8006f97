/**
 * The text of a `<double>`. The specification wants digits, a point, digits, and has no exponent, no NaN and no
 * infinity; real senders write all of them. We send the strict form, save that NaN and the infinities, which it
 * cannot express, go out as Python spells them: a reading that is not a number must arrive as one, not vanish.
 */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Python and C say `nan`, `inf`; Java `NaN`, `Infinity`; PHP `NAN`, `INF`. */
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

/** The number, or undefined where the text is none. Digits that overflow (`1e999`) are none: they lost their value. */
export function parseDouble(text: string): number | undefined {
  if (!DECIMAL.test(text)) return SPECIAL.get(text.toLowerCase());
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Shortest text that reads back to the same double, always with a point and never with an exponent. */
export function formatDouble(value: number): string {
  const text = String(value);
  if (Number.isInteger(value)) {
    if (Math.abs(value) < 1e21) return Object.is(value, -0) ? '-0.0' : `${text}.0`;
  } else if (value >= 1e-6 || value <= -1e-6) {
    if (value === Number.POSITIVE_INFINITY) return 'inf';
    return value === Number.NEGATIVE_INFINITY ? '-inf' : text;
  } else if (Number.isNaN(value)) {
    return 'nan';
  }
  return withoutExponent(text);
}

/** `1.5e-7` as `0.00000015`, `1e+21` as `1000000000000000000000.0`. */
function withoutExponent(text: string): string {
  const cut = text.indexOf('e');
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.slice(sign.length, cut).split('.');
  const exponent = Number(text.slice(cut + 1));
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(exponent, '0')}.0`;
}
