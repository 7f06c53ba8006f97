import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';

export const PedestalMakerConfig = z.strictObject({
  equipment: z.string().min(1).default('Trigger').describe('whose events hold the pictures, as in the ODB'),
  maxPictures: z
    .int()
    .min(2)
    .max(20_000)
    .default(200)
    .describe('events of a run that are used, the first by serial: more take time and change little'),
  vanishedAfter: duration()
    .prefault('30s')
    .describe('an instance silent for so long has vanished, and another does its work'),
});
export type PedestalMakerConfig = z.infer<typeof PedestalMakerConfig>;
