import { NOISE } from './cluster-points.ts';

/**
 * Points in order of their clusters, within a cluster in their own order.
 *
 * @param labels cluster of each of `count` points, or NOISE
 * @param members the points that have a cluster
 * @param begins where each cluster begins in `members`; entry `clusters` is where the last one ends
 */
export function groupMembers(
  labels: Int32Array,
  count: number,
  clusters: number,
  members: Int32Array,
  begins: Int32Array,
): void {
  begins.fill(0, 0, clusters + 1);
  for (let point = 0; point < count; point++) {
    const label = labels[point] as number;
    if (label !== NOISE) begins[label + 1] = (begins[label + 1] as number) + 1;
  }
  for (let label = 0; label < clusters; label++) {
    begins[label + 1] = (begins[label + 1] as number) + (begins[label] as number);
  }
  // Filled with the ends moving up, which makes each the begin of the next; moved back afterwards.
  for (let point = 0; point < count; point++) {
    const label = labels[point] as number;
    if (label === NOISE) continue;
    const to = begins[label] as number;
    members[to] = point;
    begins[label] = to + 1;
  }
  begins.copyWithin(1, 0, clusters);
  begins[0] = 0;
}
