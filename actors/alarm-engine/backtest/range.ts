import type { Milliseconds } from '../../../protocol/time.ts';

/** A span of recorded time: from `from`, up to but without `to`. */
export interface Range {
  readonly from: Milliseconds;
  readonly to: Milliseconds;
}

/** Moments as a query's parameters: `{from:Int64}`, `{to:Int64}`, in milliseconds since 1970. */
export const rangeParameters = ({ from, to }: Range): Record<string, number> => ({
  from: Math.floor(from),
  to: Math.ceil(to),
});

/** A range piece by piece, so that what has to be sorted stays small. */
export function* pieces({ from, to }: Range, lengthMs: Milliseconds): Generator<Range> {
  for (let begin = from; begin < to; begin += lengthMs)
    yield { from: begin, to: Math.min(to, begin + lengthMs) };
}
