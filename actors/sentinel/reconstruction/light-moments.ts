import type { Calibration } from './calibration.ts';
import { MACRO } from './macro.ts';

/**
 * Sums over the pixels of a cluster, at full resolution (reference C1 step 12): light is counts above the pedestal, not
 * zero-suppressed, corrected for vignetting. Places `x` (rows of the picture) and `y` (columns) are relative to one of its pixels, so that
 * moments do not cancel.
 */
export interface LightMoments {
  /** Pixels that survived zero suppression. */
  hits: number;
  /** Sum of light, light squared, and light times place, place squared, product of both places. */
  sum: number;
  squares: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
  /** Of the pixels with light above 0: sum of light, and of light times place. */
  positive: number;
  positiveX: number;
  positiveY: number;
}

export const noLight = (): LightMoments => ({
  hits: 0,
  sum: 0,
  squares: 0,
  x: 0,
  y: 0,
  xx: 0,
  yy: 0,
  xy: 0,
  positive: 0,
  positiveX: 0,
  positiveY: 0,
});

/**
 * Adds the pixels of one macro-pixel, whose gain is one: within it all sums are whole numbers.
 *
 * @param row macro-pixel's row and column in the picture
 * @param x place of its first pixel
 */
export function addMacroPixel(
  to: LightMoments,
  picture: Uint16Array,
  { profile, scale, pedestals, least, gains }: Calibration,
  row: number,
  column: number,
  x: number,
  y: number,
): void {
  const { sensor, upperCut, acceptance } = profile;
  let hits = 0;
  let sum = 0;
  let squares = 0;
  let sumI = 0;
  let sumJ = 0;
  let sumII = 0;
  let sumJJ = 0;
  let sumIJ = 0;
  let positive = 0;
  let positiveI = 0;
  let positiveJ = 0;
  for (let i = 0; i < MACRO; i++) {
    const line = row * MACRO + i;
    const accepted = line >= acceptance.first && line < acceptance.end;
    // A row of the picture is a row of the sensor read backwards (C1 step 1).
    const last = (line + 1) * sensor.columns - 1 - column * MACRO;
    for (let j = 0; j < MACRO; j++) {
      const counts = picture[last - j] as number;
      const below = counts < upperCut;
      const light = (below ? Math.imul(counts, scale) : 0) - (pedestals[last - j] as number);
      if (accepted && below && counts >= (least[last - j] as number)) hits++;
      sum += light;
      squares += light * light;
      sumI += light * i;
      sumJ += light * j;
      sumII += light * (i * i);
      sumJJ += light * (j * j);
      sumIJ += light * (i * j);
      if (light > 0) {
        positive += light;
        positiveI += light * i;
        positiveJ += light * j;
      }
    }
  }
  const unit = (gains[(row * sensor.columns) / MACRO + column] as number) / scale;
  to.hits += hits;
  to.sum += unit * sum;
  to.squares += unit * unit * squares;
  to.x += unit * (x * sum + sumI);
  to.y += unit * (y * sum + sumJ);
  to.xx += unit * (x * x * sum + 2 * x * sumI + sumII);
  to.yy += unit * (y * y * sum + 2 * y * sumJ + sumJJ);
  to.xy += unit * (x * y * sum + x * sumJ + y * sumI + sumIJ);
  to.positive += unit * positive;
  to.positiveX += unit * (x * positive + positiveI);
  to.positiveY += unit * (y * positive + positiveJ);
}
