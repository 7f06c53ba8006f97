import type { Finding, Sighting, Stage } from './compare.ts';

/**
 * Findings for what stands behind something that came later.
 * @param orderOf what must grow from one to the next; undefined for what has no place in the order
 */
export function disordered<T extends Sighting>(
  stage: Stage,
  seen: readonly T[],
  orderOf: (one: T) => number | undefined,
): Finding[] {
  let highest = Number.NEGATIVE_INFINITY;
  let after = '';
  return seen.flatMap((one): Finding[] => {
    const order = orderOf(one);
    if (order === undefined) return [];
    if (order >= highest) {
      highest = order;
      after = one.key;
      return [];
    }
    return [{ kind: 'disordered', stage, key: one.key, where: `${one.where}, behind ${after}` }];
  });
}
