import { z } from 'zod';

/** Transition numbers in the order they came, neighbours joined: `[first, last]`, both included. */
export const Spans = z.array(z.tuple([z.int().min(0), z.int().min(0)]));
export type Spans = z.infer<typeof Spans>;

/** Adds a number that is higher than all before. */
export function addTo(spans: Spans, number: number): void {
  const last = spans.at(-1);
  if (last && last[1] === number - 1) last[1] = number;
  else spans.push([number, number]);
}

export const countOf = (spans: Spans): number =>
  spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** Takes the lowest numbers out, at most so many. */
export function takeFrom(spans: Spans, most: number): number[] {
  const taken: number[] = [];
  while (taken.length < most) {
    const first = spans[0];
    if (!first) break;
    taken.push(first[0]);
    if (first[0] === first[1]) spans.shift();
    else first[0]++;
  }
  return taken;
}
