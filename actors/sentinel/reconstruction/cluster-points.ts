import type { Profile } from '../profiles/profile.ts';
import type { Points } from './points.ts';

/** Label of a point that belongs to no cluster. */
export const NOISE = -1;

/** Arrays that clustering works in; made once for a grid. */
export interface ClusterScratch {
  /** By row and column, one more column than the grid has: the first point at or after it in that row. */
  readonly firstAt: Int32Array;
  /** Sum of the weights of all points before this one. */
  readonly weightBefore: Float64Array;
  readonly isCore: Uint8Array;
  /** A point without a label leads to itself, one with a label towards the next without. */
  readonly nextFree: Int32Array;
  readonly stack: Int32Array;
}

export const clusterScratch = (rows: number, columns: number): ClusterScratch => ({
  firstAt: new Int32Array(rows * (columns + 1)),
  weightBefore: new Float64Array(rows * columns + 1),
  isCore: new Uint8Array(rows * columns),
  nextFree: new Int32Array(rows * columns + 1),
  stack: new Int32Array(rows * columns),
});

/**
 * DBSCAN with weights and the city-block distance, "fundamental not to be Euclidean" for the experiment (reference C1 step 11, the seed
 * pass). A point is a core when the weights within `radius` of it, its own included, reach `minWeight`. Clusters are numbered by
 * their first core in the order of the points; a border point belongs to the first cluster that reaches it. Labels are those of
 * scikit-learn's DBSCAN for the same points.
 *
 * The diamond of a point is one stretch in each of `2 radius + 1` rows; a table of the first point at each place turns a stretch of
 * columns into a stretch of points. So the cost is that of the grid once plus points times rows of the diamond, however dense they lie.
 *
 * @param points in order of rows, then columns
 * @param labels cluster of each point or NOISE
 * @returns number of clusters
 */
export function clusterPoints(
  points: Points,
  rows: number,
  columns: number,
  { radius, minWeight }: Profile['clustering'],
  scratch: ClusterScratch,
  labels: Int32Array,
): number {
  const reach = Math.floor(radius);
  const { firstAt, weightBefore, isCore, nextFree, stack } = scratch;
  indexPoints(points, rows, columns, scratch);
  for (let point = 0; point < points.count; point++) {
    isCore[point] = weightAround(points, point) >= minWeight ? 1 : 0;
    labels[point] = NOISE;
    nextFree[point] = point;
  }
  nextFree[points.count] = points.count;

  let clusters = 0;
  for (let first = 0; first < points.count; first++) {
    if (labels[first] !== NOISE || isCore[first] === 0) continue;
    let waiting = take(first, 0);
    while (waiting > 0) waiting = takeAround(stack[waiting - 1] as number, waiting - 1);
    clusters++;
  }
  return clusters;

  function weightAround({ rows: ofRows, columns: ofColumns }: Points, point: number): number {
    const row = ofRows[point] as number;
    const column = ofColumns[point] as number;
    let weight = 0;
    for (let y = Math.max(0, row - reach); y <= row + reach && y < rows; y++) {
      const across = reach - Math.abs(y - row);
      const start = y * (columns + 1);
      const from = firstAt[start + Math.max(0, column - across)] as number;
      const to = firstAt[start + Math.min(columns, column + across + 1)] as number;
      weight += (weightBefore[to] as number) - (weightBefore[from] as number);
    }
    return weight;
  }

  /** Labels a point; a core is put on the stack of `waiting` ones. */
  function take(point: number, waiting: number): number {
    labels[point] = clusters;
    nextFree[point] = point + 1;
    if (isCore[point] === 0) return waiting;
    stack[waiting] = point;
    return waiting + 1;
  }

  function takeAround(core: number, waiting: number): number {
    const row = points.rows[core] as number;
    const column = points.columns[core] as number;
    let now = waiting;
    for (let y = Math.max(0, row - reach); y <= row + reach && y < rows; y++) {
      const across = reach - Math.abs(y - row);
      const start = y * (columns + 1);
      const to = firstAt[start + Math.min(columns, column + across + 1)] as number;
      let point = free(firstAt[start + Math.max(0, column - across)] as number);
      while (point < to) {
        now = take(point, now);
        point = free(point + 1);
      }
    }
    return now;
  }

  /** The first point at or after this one that has no label. */
  function free(point: number): number {
    let at = point;
    for (let next = nextFree[at] as number; next !== at; next = nextFree[at] as number) {
      nextFree[at] = nextFree[next] as number;
      at = next;
    }
    return at;
  }
}

function indexPoints(points: Points, rows: number, columns: number, scratch: ClusterScratch): void {
  const { firstAt, weightBefore } = scratch;
  let point = 0;
  let weight = 0;
  weightBefore[0] = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * (columns + 1);
    let column = 0;
    for (; point < points.count && points.rows[point] === row; point++) {
      const until = points.columns[point] as number;
      firstAt.fill(point, start + column, start + until + 1);
      column = until + 1;
      weight += points.weights[point] as number;
      weightBefore[point + 1] = weight;
    }
    firstAt.fill(point, start + column, start + columns + 1);
  }
}
