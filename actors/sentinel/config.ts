import { z } from 'zod';
import { filePath } from '../../runtime/config/file-path.ts';
import { byteSize, duration } from '../../runtime/config/units.ts';
import { ChosenProfile } from './profiles/chosen-profile.ts';

export const SentinelConfig = z.strictObject({
  equipment: z.string().min(1).default('Trigger').describe('whose events are reconstructed, as in the ODB'),
  profile: ChosenProfile.prefault('lngs-2023').describe(
    'numbers of the reconstruction: the name of a profile, or changes of one under a name of their own',
  ),
  vignetting: filePath()
    .optional()
    .describe('map of the light over the picture, for energies: a line of numbers per row of blocks'),
  workers: z
    .int()
    .min(1)
    .max(128)
    .optional()
    .describe('threads that reconstruct; default: one fewer than there are cores'),
  attempts: z.int().min(1).max(100).default(3).describe('after so many an event is dead-lettered'),
  vanishedAfter: duration()
    .prefault('30s')
    .describe('an instance silent for so long has vanished, and others do its events'),
  timeLimit: duration()
    .prefault('60s')
    .describe('an event that takes longer fails, and the thread it is in is replaced'),
  maxEvent: byteSize()
    .prefault('64MiB')
    .describe('larger events fail: each thread and one more keep memory of the largest one'),
  displayInterval: z
    .union([z.literal('never'), duration()])
    .prefault('10s')
    .describe('shortest time from one event display of an instance to the next, likewise of waveforms'),
  sampling: z
    .strictObject({
      above: z.int().min(0).describe('events waiting'),
      keepOneIn: z.int().min(2).describe('of their serials, those that this divides are reconstructed'),
    })
    .optional()
    .describe(
      'off unless given: with more events waiting, only some are reconstructed, and the others told as sampled-out',
    ),
  warnAbove: z.int().min(1).default(1000).describe('events waiting, above which a warning is told'),
});
export type SentinelConfig = z.infer<typeof SentinelConfig>;
