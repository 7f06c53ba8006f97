import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';

const range = (from: number, to: number) =>
  z
    .strictObject({
      from: z.int().min(0).default(from).describe('this one included'),
      to: z.int().min(1).default(to).describe('this one not'),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be more than from' })
    .prefault({});

/** What is taken for a spot of iron-55; the numbers of CYGNO's analyzer where it has some (cygno.md A10). */
export const SpotCuts = z.strictObject({
  integral: range(4_000, 18_000).describe('sc_integral in counts, the range in which the peak is looked for'),
  length: range(8, 80).describe('sc_length in pixels: shorter is a hot pixel, longer a track'),
  roundness: z.number().min(0).max(1).default(0.6).describe('least sc_width of a sc_length'),
  centre: z
    .strictObject({
      x: z.number().default(1152).describe('as sc_xmean'),
      y: z.number().default(1152).describe('as sc_ymean'),
    })
    .prefault({})
    .describe('middle of the picture, pixels'),
  radius: z
    .number()
    .positive()
    .default(800)
    .describe('farthest from it, pixels: the lens is dimmer at the corners'),
});
export type SpotCuts = z.infer<typeof SpotCuts>;

export const RunSummaryConfig = z.strictObject({
  equipment: z
    .array(z.string().min(1))
    .min(1)
    .default(['Trigger'])
    .describe(
      'whose events are reconstructed, as in the ODB: a run is complete when each of them has its result',
    ),
  every: duration().prefault('10s').describe('shortest time between two summaries of a run that goes on'),
  keep: duration()
    .prefault('1h')
    .describe(
      'how long a complete run stays in the state after its last message; what comes later is not counted',
    ),
  keepIncomplete: duration()
    .prefault('14d')
    .describe(
      'the same for a run that has ended and still misses results: as long as RECO and dead letters may bring some',
    ),
  spots: SpotCuts.prefault({}).describe('what is taken for a spot of iron-55'),
  detectors: z
    .record(z.string(), SpotCuts)
    .default({})
    .describe('the same for detectors with cuts of their own, by name'),
});
export type RunSummaryConfig = z.infer<typeof RunSummaryConfig>;
