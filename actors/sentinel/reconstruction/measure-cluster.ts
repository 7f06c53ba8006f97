import { type Axis, inclination, principalAxis } from './axis.ts';
import type { Calibration } from './calibration.ts';
import type { Cluster } from './cluster.ts';
import { visitPixels } from './cluster-pixels.ts';
import { MACRO, MACRO_AREA } from './macro.ts';
import type { Points } from './points.ts';
import { unsaturated } from './saturation.ts';

/**
 * Everything of one cluster (reference C1 steps 12 and 13, C3).
 *
 * @param members its points, two or more
 */
export function measureCluster(
  picture: Uint16Array,
  calibration: Calibration,
  points: Points,
  members: Int32Array,
  label: number,
): Cluster {
  const axis = axisOf(points, members);
  const size = members.length * MACRO_AREA;
  const box = { xmin: Infinity, xmax: -Infinity, ymin: Infinity, ymax: -Infinity };
  const along = { least: Infinity, most: -Infinity, sum: 0, squares: 0 };
  const across = { least: Infinity, most: -Infinity, sum: 0, squares: 0 };
  let hits = 0;
  let integral = 0;
  let squares = 0;
  let corrected = 0;
  let positive = 0;
  let xSum = 0;
  let ySum = 0;
  // Places are taken from the first pixel, so that moments do not cancel.
  const x0 = (points.rows[members[0] as number] as number) * MACRO;
  const y0 = (points.columns[members[0] as number] as number) * MACRO;

  visitPixels(picture, calibration, points, members, (x, y, light, hit) => {
    if (hit) hits++;
    integral += light;
    squares += light * light;
    corrected += unsaturated(light);
    if (light > 0) {
      positive += light;
      xSum += light * (x - x0);
      ySum += light * (y - y0);
    }
    if (x < box.xmin) box.xmin = x;
    if (x > box.xmax) box.xmax = x;
    if (y < box.ymin) box.ymin = y;
    if (y > box.ymax) box.ymax = y;
    spread(along, axis.x * (x - x0) + axis.y * (y - y0), light);
    spread(across, axis.x * (y - y0) - axis.y * (x - x0), light);
  });

  const mean = integral / size;
  return {
    label,
    sc_size: size,
    sc_nhits: hits,
    sc_integral: integral,
    sc_corrintegral: corrected,
    sc_rms: Math.sqrt(Math.max(0, squares / size - mean * mean)),
    sc_theta: inclination(axis),
    sc_length: along.most - along.least,
    sc_width: across.most - across.least,
    sc_lfullrms: weightedRms(along, integral),
    sc_tfullrms: weightedRms(across, integral),
    sc_xmean: positive > 0 ? x0 + xSum / positive : (box.xmin + box.xmax) / 2,
    sc_ymean: positive > 0 ? y0 + ySum / positive : (box.ymin + box.ymax) / 2,
    sc_xmin: box.xmin,
    sc_xmax: box.xmax,
    sc_ymin: box.ymin,
    sc_ymax: box.ymax,
  };
}

/** Along one axis: extent, and moments weighted with the light. */
interface Spread {
  least: number;
  most: number;
  sum: number;
  squares: number;
}

function spread(of: Spread, place: number, light: number): void {
  if (place < of.least) of.least = place;
  if (place > of.most) of.most = place;
  of.sum += light * place;
  of.squares += light * place * place;
}

/** ROOT's RMS of a histogram: of the absolute value, for weights below 0 may make a variance negative. */
function weightedRms({ sum, squares }: Spread, weight: number): number {
  if (weight === 0) return 0;
  const mean = sum / weight;
  return Math.sqrt(Math.abs(squares / weight - mean * mean));
}

/** The axis of the macro-pixels, each counted once. */
function axisOf(points: Points, members: Int32Array): Axis {
  let x = 0;
  let y = 0;
  for (const point of members) {
    x += points.rows[point] as number;
    y += points.columns[point] as number;
  }
  const xMean = x / members.length;
  const yMean = y / members.length;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const point of members) {
    const dx = (points.rows[point] as number) - xMean;
    const dy = (points.columns[point] as number) - yMean;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return principalAxis(xx, yy, xy);
}
