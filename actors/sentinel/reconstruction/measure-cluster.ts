import { type Axis, inclination, principalAxis } from './axis.ts';
import type { Calibration } from './calibration.ts';
import type { Cluster } from './cluster.ts';
import { extentOf } from './extent.ts';
import { addMacroPixel, type LightMoments, noLight } from './light-moments.ts';
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
  const extent = extentOf(points, members, axis);
  const light = noLight();
  for (const point of members) {
    const row = points.rows[point] as number;
    const column = points.columns[point] as number;
    const x = row * MACRO - extent.xmin;
    const y = column * MACRO - extent.ymin;
    addMacroPixel(light, picture, calibration, row, column, x, y);
  }
  const size = members.length * MACRO_AREA;
  const mean = light.sum / size;
  const { along, across } = rmsAround(light, axis);
  return {
    label,
    sc_size: size,
    sc_nhits: light.hits,
    sc_integral: light.sum,
    sc_corrintegral: unsaturated(size, light.sum, light.squares),
    sc_rms: Math.sqrt(Math.max(0, light.squares / size - mean * mean)),
    sc_theta: inclination(axis),
    sc_length: extent.length,
    sc_width: extent.width,
    sc_lfullrms: along,
    sc_tfullrms: across,
    sc_xmean:
      light.positive > 0 ? extent.xmin + light.positiveX / light.positive : (extent.xmin + extent.xmax) / 2,
    sc_ymean:
      light.positive > 0 ? extent.ymin + light.positiveY / light.positive : (extent.ymin + extent.ymax) / 2,
    sc_xmin: extent.xmin,
    sc_xmax: extent.xmax,
    sc_ymin: extent.ymin,
    sc_ymax: extent.ymax,
  };
}

/**
 * RMS of the light along an axis and across it. As ROOT's of a histogram it is that of the variance's absolute value, for pixels below
 * their pedestal may make it negative; 0 without light.
 */
function rmsAround({ sum, x, y, xx, yy, xy }: LightMoments, axis: Axis): { along: number; across: number } {
  if (sum === 0) return { along: 0, across: 0 };
  const xMean = x / sum;
  const yMean = y / sum;
  const vxx = xx / sum - xMean * xMean;
  const vyy = yy / sum - yMean * yMean;
  const vxy = xy / sum - xMean * yMean;
  const mixed = 2 * axis.x * axis.y * vxy;
  return {
    along: Math.sqrt(Math.abs(axis.x * axis.x * vxx + mixed + axis.y * axis.y * vyy)),
    across: Math.sqrt(Math.abs(axis.y * axis.y * vxx - mixed + axis.x * axis.x * vyy)),
  };
}

/** The axis of the macro-pixels, each counted once. */
function axisOf(points: Points, members: Int32Array): Axis {
  let xSum = 0;
  let ySum = 0;
  for (const point of members) {
    xSum += points.rows[point] as number;
    ySum += points.columns[point] as number;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const point of members) {
    const x = (points.rows[point] as number) - xSum / members.length;
    const y = (points.columns[point] as number) - ySum / members.length;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  return principalAxis(xx, yy, xy);
}
