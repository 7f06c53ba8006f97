import { type Costs, NUMBERS } from './costs.ts';
import { capacity, lanesOf, type PartName } from './model.ts';
import { LANES, type LaneName, type Layout, type Node, type Workload } from './workload.ts';

/** A number of the workload that may grow. */
export type Growing = 'sites' | 'spillsPerSecond' | 'valuesPerSpill' | 'eventsPerSecond' | 'viewers';

export interface Saturation {
  /** How large the number may become; Infinity where nothing grows with it. */
  readonly at: number;
  readonly first: PartName;
}

/** Where each part is saturated when one number of the workload grows and the others stay; 0 where it is without it. */
export function saturations(
  growing: Growing,
  nodes: number,
  workload: Workload,
  layout: Layout,
  node: Node,
  costs: Costs = NUMBERS,
): Saturation[] {
  const at = (value: number) =>
    capacity(nodes, { ...workload, [growing]: value }, layout, node, costs).utilisation;
  // Not from 0: what is not there at all needs no processes.
  const [one, two] = [at(1), at(2)];
  return (Object.keys(one) as PartName[]).map(part => {
    const slope = two[part] - one[part];
    const left = 1 - (one[part] - slope);
    const full = slope > 1e-15 ? Math.max(0, left / slope) : left < 0 ? 0 : Number.POSITIVE_INFINITY;
    return { at: full, first: part };
  });
}

/** Of these the one that comes first. */
export const saturation = (...load: Parameters<typeof saturations>): Saturation =>
  saturations(...load).reduce((first, one) => (one.at < first.at ? one : first));

/** More of these may be had by dividing; a stream by its subjects, the others by what they read. */
const isLane = (part: PartName): part is LaneName => (LANES as readonly PartName[]).includes(part);

export interface Grown extends Saturation {
  readonly layout: Layout;
}

/**
 * Divides whatever is saturated first, again and again, until it is the machines themselves: what so many nodes carry at most, and what
 * has to be divided into how many for that.
 */
export function grown(
  growing: Growing,
  nodes: number,
  workload: Workload,
  layout: Layout,
  node: Node,
  costs: Costs = NUMBERS,
): Grown {
  for (let put = layout; ; ) {
    const now = saturation(growing, nodes, workload, put, node, costs);
    const { first } = now;
    if (Number.isFinite(now.at) && first === 'store' && put.shards < nodes)
      put = { ...put, shards: put.shards + 1 };
    else if (Number.isFinite(now.at) && isLane(first))
      put = { ...put, lanes: { ...put.lanes, [first]: lanesOf(put, first) + 1 } };
    else return { ...now, layout: put };
  }
}
