/** What a handful of rounds comes to. The lowest and the highest are told as they are: rounds are too few for percentiles. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** @throws RangeError where there is nothing. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const lowest = sorted[0];
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) throw new RangeError('the spread of nothing');
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { median, lowest, highest };
}

/**
 * How many times as good ours is as theirs, round for round: both of a pair were measured within seconds of each other, so
 * that what else the machine was doing weighs on both. Above 1 ours is ahead, whichever way the unit counts.
 */
export function ratiosToUs(
  ours: readonly number[],
  theirs: readonly number[],
  better: 'more' | 'less',
): number[] {
  const pairs = Math.min(ours.length, theirs.length);
  return Array.from({ length: pairs }, (_, round) => {
    const our = ours[round] as number;
    const their = theirs[round] as number;
    return better === 'more' ? our / their : their / our;
  });
}
