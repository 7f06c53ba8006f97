import { Profile } from './profile.ts';

/** What all three sites share: the Fusion sensor (B2), sparks and cuts (C1), pedestals (B4, C6). */
const common = {
  sensor: { rows: 2304, columns: 2304 },
  spark: { perPixel: 200, offset: 9_000_000 },
  upperCut: 5000,
  clustering: { radius: 12, minWeight: 20, minPoints: 2 },
  pedestal: { minEvents: 100, withinRuns: 2000, warnDays: 10 },
} as const;

const noise = (neighbourMean: number) => ({ spike: 10, neighbourMean, nonZero: 3 });

/** LIME at Gran Sasso, branch winter23 of the reconstruction (C1). */
const lngs2023 = {
  ...common,
  name: 'lngs-2023',
  pixelMm: 0.152,
  sigmas: 0.6,
  acceptance: { first: 304, end: 2054 },
  noise: noise(1.2),
};

/**
 * The named profiles, each with the numbers of one detector at one time. `lngs-sentinel-2023` is the copy that the
 * sentinel of 2023 ran: other zero suppression and clustering than the branch (C1 steps 5 and 11).
 */
export const PROFILES: readonly Profile[] = [
  lngs2023,
  {
    ...lngs2023,
    name: 'lngs-sentinel-2023',
    sigmas: 0.9,
    clustering: { ...common.clustering, radius: 9 },
  },
  {
    ...common,
    name: 'lnf',
    pixelMm: 0.05,
    sigmas: 0.8,
    acceptance: { first: 0, end: 2304 },
    noise: noise(1.3),
  },
  {
    ...common,
    name: 'mango',
    pixelMm: 0.049,
    sigmas: 1.8,
    acceptance: { first: 200, end: 2204 },
    noise: noise(1.1),
  },
].map(profile => Profile.parse(profile));

/** The profile of this name; `undefined` when there is none. */
export const profileNamed = (name: string): Profile | undefined =>
  PROFILES.find(profile => profile.name === name);
