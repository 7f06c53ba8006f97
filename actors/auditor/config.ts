import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';

/** Stages that an installation may lack: what nobody does is not missing. */
const BeamStage = z.enum(['made', 'filed', 'listed', 'stored']);
const RunStage = z.enum(['made', 'listed', 'stored', 'summarised']);

export const AuditorConfig = z.strictObject({
  beam: z
    .strictObject({
      period: duration().prefault('1m').describe('length of an account, by the time of the triggers'),
      quiet: duration()
        .prefault('10s')
        .describe('an account is over when nothing has come for it for so long, and its period is'),
      grace: duration()
        .prefault('1m')
        .describe('how long a stage may take after that, before what it lacks is a discrepancy'),
      stages: z
        .array(BeamStage)
        .default(['made', 'filed', 'listed', 'stored'])
        .describe('what this installation does: packs, files, lists readings and records in the store'),
      cadence: z
        .record(z.string(), duration())
        .default({})
        .describe('how often a trigger comes, by name, where its front end does not number what it tells'),
    })
    .prefault({})
    .describe('accounts of triggers'),
  runs: z
    .strictObject({
      quiet: duration()
        .prefault('1h')
        .describe('a run without an end is taken for over when nothing has come of it for so long'),
      grace: duration().prefault('10m').describe('as for the beam: a reconstruction may be busy'),
      reconstructed: z
        .array(z.string().min(1))
        .default(['Trigger'])
        .describe('equipment whose events are reconstructed, as in the ODB'),
      stages: z
        .array(RunStage)
        .default(['made', 'listed', 'stored', 'summarised'])
        .describe(
          'what this installation does: reconstructs, lists events and results in the store, sums up',
        ),
    })
    .prefault({})
    .describe('accounts of camera runs'),
  every: duration().prefault('2s').describe('shortest time between two looks at all accounts'),
  keep: duration()
    .prefault('2h')
    .describe(
      'how long an account stays in the state after its last message; what comes later opens another',
    ),
  keepIncomplete: duration().prefault('14d').describe('the same for one that misses something'),
  most: z
    .int()
    .min(10)
    .max(20_000)
    .default(2_000)
    .describe('accounts in the state at most: beyond, the quietest leave'),
});
export type AuditorConfig = z.infer<typeof AuditorConfig>;
