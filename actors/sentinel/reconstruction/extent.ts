import type { Axis } from './axis.ts';
import { MACRO } from './macro.ts';
import type { Points } from './points.ts';

/** Where the pixels of a cluster lie: first and last row and column, and extent along an axis and across it, pixels. */
export interface Extent {
  readonly xmin: number;
  readonly xmax: number;
  readonly ymin: number;
  readonly ymax: number;
  readonly length: number;
  readonly width: number;
}

/** From the corners of its macro-pixels alone, for a square reaches farthest there. */
export function extentOf(points: Points, members: Int32Array, axis: Axis): Extent {
  const corner = MACRO - 1;
  const along = {
    least: corner * Math.min(axis.x, 0, axis.y, axis.x + axis.y),
    most: corner * Math.max(axis.x, 0, axis.y, axis.x + axis.y),
  };
  const across = {
    least: corner * Math.min(-axis.y, 0, axis.x, axis.x - axis.y),
    most: corner * Math.max(-axis.y, 0, axis.x, axis.x - axis.y),
  };
  let [xmin, xmax, ymin, ymax] = [Infinity, -Infinity, Infinity, -Infinity];
  let [alongMin, alongMax, acrossMin, acrossMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const point of members) {
    const x = (points.rows[point] as number) * MACRO;
    const y = (points.columns[point] as number) * MACRO;
    const u = axis.x * x + axis.y * y;
    const v = axis.x * y - axis.y * x;
    xmin = Math.min(xmin, x);
    xmax = Math.max(xmax, x);
    ymin = Math.min(ymin, y);
    ymax = Math.max(ymax, y);
    alongMin = Math.min(alongMin, u);
    alongMax = Math.max(alongMax, u);
    acrossMin = Math.min(acrossMin, v);
    acrossMax = Math.max(acrossMax, v);
  }
  return {
    xmin,
    xmax: xmax + corner,
    ymin,
    ymax: ymax + corner,
    length: alongMax + along.most - alongMin - along.least,
    width: acrossMax + across.most - acrossMin - across.least,
  };
}
