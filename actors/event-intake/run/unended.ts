import { type RunBegin, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { EquipmentNames } from '../accounting/names.ts';
import type { Intake } from './intake.ts';
import { knownRun } from './known.ts';
import { RunTaking } from './run-taking.ts';

/** The detector's runs as the streams have them. */
export interface Runs {
  readonly ended: ReadonlySet<number>;
  /** Begun and not ended, in the order of their numbers. */
  readonly open: readonly RunBegin[];
}

/** @throws SpillwayError NATS_AWAY */
export async function knownRuns({ context, config }: Intake): Promise<Runs> {
  const ofOurs = (body: { readonly site: string; readonly detector: string }): boolean =>
    body.site === config.site && body.detector === config.detector;
  const begins = await context.latest(runBegin, subjects.runBegins(context.experiment));
  // Asked for last: a run that ends in between is not taken for one without an end.
  const ends = await context.latest(runEnd, subjects.runEnds(context.experiment));
  const ended = new Set(
    ends
      .map(({ body }) => body)
      .filter(ofOurs)
      .map(({ run }) => run),
  );
  const open = begins.map(({ body }) => body).filter(body => ofOurs(body) && !ended.has(body.run));
  return { ended, open: open.toSorted((a, b) => a.run - b.run) };
}

/** Ends a run that an earlier life has begun, and that nothing more will come of. */
export async function closeRun(intake: Intake, begin: RunBegin, reason: string): Promise<void> {
  const { run, source, startedAt, pedestal, highVoltage, exposure } = begin;
  const known = await intake.patience.keepTrying(`run ${run}`, () => knownRun(intake, run));
  const taking = new RunTaking(intake, {
    run,
    source,
    rereadable: false,
    runOf: { startedAt, pedestal, highVoltage, exposure },
    names: new EquipmentNames(new Map(), new Map()),
    ids: null,
    known,
  });
  await taking.end('interrupted', { code: 'MIDAS_TRUNCATED', message: reason });
}
