/** Values as whole numbers of equal steps. */
export interface Steps {
  /** Steps in a unit: a power of ten. */
  readonly scale: number;
  readonly steps: Int32Array;
}

const LARGEST_SCALE = 1_000_000_000;
const LARGEST_STEP = 2 ** 31 - 1;

/**
 * The coarsest decimal steps in which every value is a whole number of 32 bits and comes back, divided by the scale, bit for bit. None where
 * there are no such steps: NaN, infinities, -0, more digits than nine.
 */
export function inSteps(values: readonly number[]): Steps | undefined {
  let scale = 1;
  let largest = 0;
  for (const value of values) {
    while (!isWhole(value, scale)) {
      scale *= 10;
      if (scale > LARGEST_SCALE) return undefined;
    }
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest * scale > LARGEST_STEP) return undefined;
  return { scale, steps: Int32Array.from(values, value => Math.round(value * scale)) };
}

/** The quotient of two whole numbers below 2^53 is rounded once, as decimal text is when it is read. */
const isWhole = (value: number, scale: number): boolean =>
  Math.round(value * scale) / scale === value && !Object.is(value, -0);
