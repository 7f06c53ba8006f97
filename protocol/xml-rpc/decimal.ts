const [PLUS, MINUS, POINT, ZERO] = [0x2b, 0x2d, 0x2e, 0x30];

/** Whole numbers of so many digits are exact doubles. */
const EXACT_DIGITS = 15;
/** What `decimalIn` reads; a double has 17 at most that mean anything. */
const MOST_DIGITS = 19;
/** Powers of ten that are exact doubles. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The double nearest to a decimal of up to 19 digits, without exponent, that stands in these bytes; undefined where something else
 * does, and where it cannot tell. `parseDouble` decides then.
 *
 * Up to 15 digits the digits are an exact double and so is the power of ten: their quotient is the double nearest to the number
 * (Clinger, How to read floating point numbers accurately, 1990).
 */
export function decimalIn(bytes: Uint8Array, from: number, end: number): number | undefined {
  const sign = bytes[from];
  let head = 0;
  let tail = 0;
  let zeros = 0;
  let digits = 0;
  let point = end;
  for (let at = sign === MINUS || sign === PLUS ? from + 1 : from; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits === 0 && digit === 0) zeros++;
      else if (digits++ < EXACT_DIGITS) head = head * 10 + digit;
      else tail = tail * 10 + digit;
    } else if (digit === POINT - ZERO && point === end) point = at + 1;
    else return undefined;
  }
  const power = POWERS[end - point];
  if (zeros + digits === 0 || digits > MOST_DIGITS || power === undefined) return undefined;
  if (digits <= EXACT_DIGITS) return sign === MINUS ? -(head / power) : head / power;
  const value = quotient(head, POWERS[digits - EXACT_DIGITS] as number, tail, power);
  return sign === MINUS && value !== undefined ? -value : value;
}

/**
 * The double nearest to (head x scale + tail) / power, or undefined where it cannot be told.
 *
 * The first quotient is off by some last bits. What it leaves over is computed with exact products, so that quotient and
 * correction together are off by less than 2^-98 of the number; where both ends of that range are rounded to one double, that is the
 * nearest. Of numbers at random one in 2^44 is too near to the middle between two.
 */
function quotient(head: number, scale: number, tail: number, power: number): number | undefined {
  const whole = head * scale;
  const first = (whole + tail) / power;
  const product = first * power;
  const rest = whole - product + tail + (lost(head, scale, whole) - lost(first, power, product));
  const correction = rest / power;
  const doubt = first * 2 ** -98;
  const value = first + (correction - doubt);
  return value === first + (correction + doubt) ? value : undefined;
}

/** What the rounding of a x b to `product` lost, exactly (Dekker, A floating-point technique for extending the available precision, 1971). */
function lost(a: number, b: number, product: number): number {
  const aHigh = high(a);
  const bHigh = high(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The upper half of the bits of a double. */
function high(value: number): number {
  const spread = value * (2 ** 27 + 1);
  return spread - (spread - value);
}
