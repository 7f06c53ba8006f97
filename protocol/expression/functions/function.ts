import type { Plain, Value, ValueType } from '../value.ts';

/** What a function takes in one place. `numbers`: a number or an array. */
export type ParameterType = 'number' | 'text' | 'array' | 'numbers';

/** What is known of an argument before anything is evaluated. */
export interface KnownArgument {
  /** Elements of a device, when the device list is known. */
  readonly length?: number;
  /** Value of a literal. */
  readonly constant?: number | string | boolean;
}

/** A function of values: it is called only when all its arguments are usable and of its types. */
export interface PlainFunction {
  /** How it is written, e.g. `clamp(x, low, high)`: shown in errors and in docs/alarms.md. */
  readonly usage: string;
  readonly parameters: readonly ParameterType[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** Type of any further arguments. */
  readonly rest?: ParameterType;
  readonly result: ValueType;
  /** Why these arguments can never do; undefined when they may. */
  check?(given: readonly KnownArgument[]): string | undefined;
  /** Operations it needs; by default one per array element. */
  cost?(given: readonly Plain[]): number;
  /** It looks at array elements itself, and does not mind those it leaves out; otherwise all must be finite. */
  readonly ownElements?: true;
  /** Arrays hold at least one element. A result that is not finite becomes unusable by itself. */
  call(given: readonly Plain[]): Value;
}

/** The arguments as numbers, arrays laid out. */
export const flat = (given: readonly Plain[]): number[] => {
  const numbers: number[] = [];
  for (const one of given) {
    if (typeof one === 'number') numbers.push(one);
    else if (typeof one === 'object') for (const element of one) numbers.push(element);
  }
  return numbers;
};

/** A single number is an array of one: a front end that has one value of an array sends it alone (numi.md 5.2). */
export const asArray = (value: Plain | undefined): readonly number[] =>
  typeof value === 'object' ? value : typeof value === 'number' ? [value] : [];

export const numberAt = (given: readonly Plain[], index: number, otherwise: number): number => {
  const value = given[index];
  return typeof value === 'number' ? value : otherwise;
};
