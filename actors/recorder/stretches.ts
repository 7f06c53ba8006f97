/** Sequences of a stream, both ends included. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** What of a stretch none of the others covers, which may overlap and come in any order. */
export function uncovered({ first, last }: Stretch, by: readonly Stretch[]): Stretch[] {
  const gaps: Stretch[] = [];
  let next = first;
  for (const one of by.toSorted((a, b) => a.first - b.first)) {
    const until = Math.min(one.first - 1, last);
    if (until >= next) gaps.push({ first: next, last: until });
    next = Math.max(next, one.last + 1);
  }
  if (next <= last) gaps.push({ first: next, last });
  return gaps;
}

/** A stretch in pieces of at most so many sequences, cut at the same places each time. */
export function pieces({ first, last }: Stretch, most: number): Stretch[] {
  const cut: Stretch[] = [];
  for (let from = first; from <= last; ) {
    const until = Math.min(last, from - (from % most) + most - 1);
    cut.push({ first: from, last: until });
    from = until + 1;
  }
  return cut;
}
