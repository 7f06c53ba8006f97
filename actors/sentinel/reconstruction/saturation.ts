/**
 * Correction of light for the saturation of the last GEM (reference C1 step 4): a parabola `a x^2 + b x + c` in the light of a pixel, from
 * LIME's charge densities. `CHARGE` is the elementary charge in pC; a count stands for the density `CHARGE / (AREA ALPHA OMEGA)`.
 */
const CHARGE = 1.602_176_62e-7;
const AREA = 0.015625;
const OMEGA = 0.00018;
const ALPHA = 0.08;
const A0 = 0.1855;
const SIGMA0 = 2.5;
const DENSITY = CHARGE / (AREA * ALPHA * OMEGA);

/** Light without saturation of so many pixels with this sum of light and sum of its squares, counts. */
export const unsaturated = (pixels: number, sum: number, squares: number): number =>
  A0 * DENSITY * squares + (1 - 2 * A0 * SIGMA0) * sum + ((A0 * SIGMA0 * SIGMA0) / DENSITY) * pixels;
