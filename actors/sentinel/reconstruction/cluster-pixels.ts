import type { Calibration } from './calibration.ts';
import { MACRO } from './macro.ts';
import type { Points } from './points.ts';

/**
 * The pixels of one macro-pixel after another of a cluster, at full resolution (reference C1 step 12): light above the pedestal, not
 * zero-suppressed, corrected for vignetting.
 */
export interface PixelVisitor {
  /**
   * @param x row of the picture
   * @param y column of the picture
   * @param light counts
   * @param hit whether it survived zero suppression
   */
  (x: number, y: number, light: number, hit: boolean): void;
}

/** Shows every pixel of some points, in order of the points, then rows, then columns of the picture. */
export function visitPixels(
  picture: Uint16Array,
  calibration: Calibration,
  points: Points,
  members: Int32Array,
  visit: PixelVisitor,
): void {
  const { scale, pedestals, least, gains } = calibration;
  const { sensor, upperCut, acceptance } = calibration.profile;
  const macros = sensor.columns / MACRO;
  for (const point of members) {
    const row = points.rows[point] as number;
    const column = points.columns[point] as number;
    const gain = gains[row * macros + column] as number;
    for (let x = row * MACRO; x < (row + 1) * MACRO; x++) {
      const accepted = x >= acceptance.first && x < acceptance.end;
      for (let y = column * MACRO; y < (column + 1) * MACRO; y++) {
        // A row of the picture is a row of the sensor read backwards (C1 step 1).
        const at = x * sensor.columns + sensor.columns - 1 - y;
        const counts = picture[at] as number;
        const below = counts < upperCut;
        const scaled = (below ? counts * scale : 0) - (pedestals[at] as number);
        visit(x, y, (scaled / scale) * gain, accepted && below && counts >= (least[at] as number));
      }
    }
  }
}
