import { z } from 'zod';

/** A set of whole numbers as stretches, first and last of each, in order: the serials of a run are one or a few. */
export const Ranges = z.array(z.tuple([z.int(), z.int()]));
export type Ranges = z.infer<typeof Ranges>;

export const includes = (ranges: Ranges, value: number): boolean =>
  ranges.some(([first, last]) => first <= value && value <= last);

/** With one more number. */
export function withNumber(ranges: Ranges, value: number): Ranges {
  if (includes(ranges, value)) return ranges;
  const before = ranges.filter(([, last]) => last < value - 1);
  const after = ranges.filter(([first]) => first > value + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const first = touching[0]?.[0] ?? value;
  const last = touching.at(-1)?.[1] ?? value;
  return [...before, [Math.min(first, value), Math.max(last, value)], ...after];
}

export const countOf = (ranges: Ranges): number =>
  ranges.reduce((count, [first, last]) => count + last - first + 1, 0);
