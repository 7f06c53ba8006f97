/**
 * Correction of the light of a pixel for the saturation of the last GEM (reference C1 step 4): a parabola in the light, whose numbers are
 * those of LIME. `CHARGE` is the elementary charge in pC; one count stands for `charge / (area x alpha x omega)`.
 */
const CHARGE = 1.602_176_62e-7;
const AREA = 0.015625;
const OMEGA = 0.00018;
const ALPHA = 0.08;
const A0 = 0.1855;
const SIGMA0 = 2.5;
const DENSITY = CHARGE / (AREA * ALPHA * OMEGA);

/** Light without saturation, counts. */
export const unsaturated = (light: number): number =>
  A0 * DENSITY * light * light + (1 - 2 * A0 * SIGMA0) * light + (A0 * SIGMA0 * SIGMA0) / DENSITY;
