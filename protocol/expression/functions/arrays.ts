import { AlarmStatus } from '../../alarm/severity.ts';
import { unusable } from '../value.ts';
import { asArray, flat, type KnownArgument, numberAt, type PlainFunction } from './function.ts';

const ofNumbers = (usage: string, call: (numbers: readonly number[]) => number): PlainFunction => ({
  usage,
  parameters: ['numbers'],
  rest: 'numbers',
  result: 'number',
  call: given => call(flat(given)),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Of the numbers themselves, not of a population they are drawn from: divided by n, as ROOT's `GetStdDev`. */
function stddev(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map(one => (one - centre) ** 2)));
}

/** Elements `first` to `first + count - 1` of an array that is known to be shorter. */
export function beyondEnd(
  array: KnownArgument | undefined,
  first: number,
  count: number,
): string | undefined {
  const length = array?.length;
  if (!Number.isInteger(first) || first < 0 || !Number.isInteger(count) || count < 1)
    return `elements ${first} to ${first + count - 1} are none; accepted: whole numbers from 0, last not before first`;
  if (length !== undefined && first + count > length)
    return `elements ${first} to ${first + count - 1} are asked for; accepted: 0 to ${length - 1}`;
  return undefined;
}

export const arrays: Readonly<Record<string, PlainFunction>> = {
  min: ofNumbers('min(a, …)', numbers => numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
  max: ofNumbers('max(a, …)', numbers => numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
  sum: ofNumbers('sum(a, …)', sum),
  mean: ofNumbers('mean(a, …)', mean),
  median: ofNumbers('median(a, …)', median),
  stddev: ofNumbers('stddev(a, …)', stddev),
  nonZero: ofNumbers('nonZero(a, …)', numbers => numbers.filter(one => one !== 0).length),
  length: {
    usage: 'length(array)',
    parameters: ['array'],
    result: 'number',
    ownElements: true,
    call: ([array]) => asArray(array).length,
  },
  slice: {
    usage: 'slice(array, first, last)',
    parameters: ['array', 'number', 'number'],
    result: 'array',
    ownElements: true,
    check: ([array, first, last]) =>
      typeof first?.constant === 'number' && typeof last?.constant === 'number'
        ? beyondEnd(array, first.constant, last.constant - first.constant + 1)
        : undefined,
    call: given => {
      const array = asArray(given[0]);
      const first = numberAt(given, 1, 0);
      const last = numberAt(given, 2, 0);
      const problem = beyondEnd({ length: array.length }, first, last - first + 1);
      return problem ? unusable(AlarmStatus.calc, problem) : array.slice(first, last + 1);
    },
  },
};
