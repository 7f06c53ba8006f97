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

/** Stretches in their order, in groups that span at most so many sequences; one that is longer is alone. */
export function groups<Of extends Stretch>(stretches: readonly Of[], most: number): Of[][] {
  const all: Of[][] = [];
  for (const one of stretches.toSorted((a, b) => a.first - b.first || a.last - b.last)) {
    const group = all.at(-1);
    const last = Math.max(one.last, ...(group?.map(other => other.last) ?? []));
    if (group && last - (group[0]?.first ?? 0) < most) group.push(one);
    else all.push([one]);
  }
  return all;
}
