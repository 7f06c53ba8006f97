import { z } from 'zod';
import { MACRO } from '../reconstruction/macro.ts';

const side = z.int().min(MACRO).multipleOf(MACRO);

/** The numbers, each for itself; `Profile` is what holds them together. */
export const ProfileNumbers = z.strictObject({
  name: z.string().min(1),
  /** Pixels of the sensor (B2); both a multiple of four. */
  sensor: z.strictObject({ rows: side, columns: side }),
  /** Width of a pixel in the gas, mm (C3). */
  pixelMm: z.number().positive(),
  /** A picture of more raw counts than `perPixel` times its pixels plus `offset` is a spark (C1 step 1). */
  spark: z.strictObject({ perPixel: z.number().positive(), offset: z.number().min(0) }),
  /** Raw counts from which on a pixel becomes 0 before the pedestal is subtracted (C1 step 2). */
  upperCut: z.int().min(1).max(65_535),
  /** A pixel is kept when it exceeds its pedestal by more than so many of its own RMS (C1 step 5). */
  sigmas: z.number().min(0),
  /** Rows of the picture that count, `first` included and `end` not (C1 step 6). */
  acceptance: z.strictObject({ first: z.int().min(0), end: z.int().min(1) }),
  /** Noise reducer (C1 step 9), counts per pixel. */
  noise: z.strictObject({
    /** A macro-pixel farther than this from the mean of its eight neighbours becomes that mean. */
    spike: z.number().positive(),
    /** Where the neighbours' mean is below this, the macro-pixel becomes 0. */
    neighbourMean: z.number().min(0),
    /** Fewer non-zero ones than this in the 3 x 3 around make it 0. */
    nonZero: z.int().min(0).max(9),
  }),
  /** DBSCAN with weights and the city-block distance (C1 steps 10 and 11). */
  clustering: z.strictObject({
    /** eps, macro-pixels. */
    radius: z.number().min(0).max(255),
    /** Weight within the radius, its own included, that makes a point a core. */
    minWeight: z.number().positive(),
    /** Clusters of fewer macro-pixels are none: one alone has no axis. */
    minPoints: z.int().min(2),
  }),
  /** How a pedestal is chosen and when it is too old (B4, C6). */
  pedestal: z.strictObject({
    minEvents: z.int().min(2),
    /** Older pedestal runs than this many runs ago are not looked for. */
    withinRuns: z.int().min(1),
    /** Older than this is told, days. */
    warnDays: z.number().positive(),
  }),
});

/**
 * Every number of a reconstruction. Two results are comparable when their profiles are equal, so what a site changes is a
 * profile of another name, never an option on the side. Sections are those of the reference on CYGNO's reconstruction.
 */
export const Profile = ProfileNumbers.refine(
  ({ acceptance, sensor }) => acceptance.first < acceptance.end && acceptance.end <= sensor.rows,
  {
    path: ['acceptance'],
    error: 'the rows accepted are some of those of the sensor, the first before the end',
  },
);
export type Profile = z.infer<typeof Profile>;
