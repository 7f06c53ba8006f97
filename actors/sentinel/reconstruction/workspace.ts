import type { Profile } from '../profiles/profile.ts';
import { type ClusterScratch, clusterScratch } from './cluster-points.ts';
import { MACRO } from './macro.ts';
import type { RowPairs } from './median.ts';
import { type Points, pointsFor } from './points.ts';

/**
 * The memory of one reconstruction at a time, made once per sensor, so that a picture allocates nothing of its own size. Results that
 * are views of it are good until the next picture.
 */
export interface Workspace {
  /** Rows and columns of the picture in macro-pixels. */
  readonly rows: number;
  readonly columns: number;
  /** Of the row of pixels that was seen last. */
  readonly pairs: RowPairs;
  /** By macro-pixel: sums of zero-suppressed and of filtered pixels (scaled counts), mean of the filtered ones (counts). */
  readonly light: Int32Array;
  readonly filtered: Int32Array;
  readonly edges: Float64Array;
  readonly points: Points;
  readonly labels: Int32Array;
  /** Points in order of their clusters, and where each cluster begins. */
  readonly members: Int32Array;
  readonly begins: Int32Array;
  readonly clustering: ClusterScratch;
}

export function workspaceFor({ sensor }: Profile): Workspace {
  const rows = sensor.rows / MACRO;
  const columns = sensor.columns / MACRO;
  const macros = rows * columns;
  return {
    rows,
    columns,
    pairs: { high: new Int32Array(sensor.columns), low: new Int32Array(sensor.columns) },
    light: new Int32Array(macros),
    filtered: new Int32Array(macros),
    edges: new Float64Array(macros),
    points: pointsFor(macros),
    labels: new Int32Array(macros),
    members: new Int32Array(macros),
    begins: new Int32Array(macros + 1),
    clustering: clusterScratch(rows, columns),
  };
}
