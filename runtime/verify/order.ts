import type { Finding, Sighting, Stage } from './compare.ts';

/**
 * Findings for what stands out of order: as few as would have to be taken out to leave an order that grows.
 * @param orderOf what must grow from one to the next; undefined for what has no place in the order
 */
export function disordered<T extends Sighting>(
  stage: Stage,
  seen: readonly T[],
  orderOf: (one: T) => number | undefined,
): Finding[] {
  const placed = seen.flatMap(one => {
    const order = orderOf(one);
    return order === undefined ? [] : [{ one, order }];
  });
  const kept = longestGrowing(placed.map(({ order }) => order));
  let before: { one: T; order: number } | undefined;
  return placed.flatMap((each, at): Finding[] => {
    if (kept.has(at)) {
      before = each;
      return [];
    }
    const { key, where } = each.one;
    const how = before && each.order < before.order ? `behind ${before.one.key}` : 'too early';
    return [{ kind: 'disordered', stage, key, where: `${where}, ${how}` }];
  });
}

/** What has one sequence by its key; what is there twice is told as such, and has no place in an order. */
export function sequencesOf<T extends Sighting>(
  seen: readonly T[],
  sequence: (one: T) => number,
): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(seen, ({ key }) => key)].flatMap(([key, [first, ...others]]) =>
      first && others.length === 0 ? [[key, sequence(first)] as const] : [],
    ),
  );
}

/** Indices of a longest subsequence that never falls, by patience sorting: n log n for a day of records. */
function longestGrowing(orders: readonly number[]): ReadonlySet<number> {
  /** By length less one: the index that ends a subsequence of that length with the least order. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [at, order] of orders.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((orders[ends[middle] ?? -1] ?? 0) <= order) low = middle + 1;
      else high = middle;
    }
    previous[at] = ends[low - 1];
    ends[low] = at;
  }
  const kept = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) kept.add(at);
  return kept;
}
