import { z } from 'zod';

/** A set of whole numbers as stretches, first and last of each, in order: the serials of a run are one or a few. */
export const Ranges = z.array(z.tuple([z.int(), z.int()]));
export type Ranges = z.infer<typeof Ranges>;

export const includes = (ranges: Ranges, value: number): boolean =>
  ranges.some(([first, last]) => first <= value && value <= last);

/** With one more number. */
export const withNumber = (ranges: Ranges, value: number): Ranges => withRange(ranges, value, value);

/** With every number from `first` to `last`. */
export function withRange(ranges: Ranges, first: number, last: number): Ranges {
  if (ranges.some(([from, to]) => from <= first && last <= to)) return ranges;
  const before = ranges.filter(([, to]) => to < first - 1);
  const after = ranges.filter(([from]) => from > last + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const from = touching[0]?.[0] ?? first;
  const to = touching.at(-1)?.[1] ?? last;
  return [...before, [Math.min(from, first), Math.max(to, last)], ...after];
}

/** Those numbers of `ranges` that are not in `others`. */
export function without(ranges: Ranges, others: Ranges): Ranges {
  const left: Ranges = [];
  for (const [first, last] of ranges) {
    let from = first;
    for (const [start, end] of others) {
      if (end < from || start > last) continue;
      if (start > from) left.push([from, start - 1]);
      from = end + 1;
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}

export const countOf = (ranges: Ranges): number =>
  ranges.reduce((count, [first, last]) => count + last - first + 1, 0);

/** `12-14, 17`, at most so many stretches of them. */
export const formatRanges = (ranges: Ranges, most: number): string =>
  ranges
    .slice(0, most)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ') + (ranges.length > most ? ', ...' : '');
