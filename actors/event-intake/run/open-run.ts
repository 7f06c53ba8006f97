import { bodyNames } from '../../../protocol/body-names.ts';
import type { RunOfEvent } from '../../../protocol/messages/raw-event.ts';
import { type RunBegin, runBegin } from '../../../protocol/messages/run-transition.ts';
import { type Odb, readOdb } from '../../../protocol/midas/midas.ts';
import { EquipmentNames } from '../accounting/names.ts';
import { conditionsOf } from '../conditions/conditions.ts';
import type { Intake } from './intake.ts';
import { knownRun } from './known.ts';
import { RunTaking } from './run-taking.ts';

/** How a run was found to begin. */
export interface Beginning {
  readonly run: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** The ODB; `null` where there is no begin-of-run event. */
  readonly dump: Uint8Array | null;
  /** Why there is no dump. */
  readonly reason: string;
  /** File name, or address of the sender. */
  readonly source: string;
  /** Events of a file stand at the same place each time it is read; those of a connection come once. */
  readonly rereadable: boolean;
}

/** `ended`: nothing more is to be taken of it; `conflict`: another run of its number is known. */
export type Opened = RunTaking | 'ended' | 'conflict';

/**
 * Begins a run, or goes on with one that an earlier life has begun. Its begin is stored before any of its events.
 * @throws SpillwayError when what is known of it cannot be asked for, for another reason than an outage
 */
export async function openRun(intake: Intake, beginning: Beginning): Promise<Opened> {
  const { context, figures } = intake;
  const { run, time } = beginning;
  const known = await intake.patience.keepTrying(`run ${run}`, () => knownRun(intake, run));
  const { begin } = known;
  if (begin && begin.startedAt.seconds !== time) {
    figures.conflicts++;
    context.count('run_conflict');
    context.log.error(
      { run, source: beginning.source },
      `not taken: another run ${run} is known, which began at ${begin.startedAt.seconds}, this one at ${time}; give one of them another number`,
    );
    return 'conflict';
  }
  if (known.ended && beginning.rereadable) return 'ended';
  const startedAt = { seconds: time, nanoseconds: 0 };
  const odb = beginning.dump?.byteLength ? readOdb(beginning.dump) : null;
  const told = conditionsOf(odb, startedAt, intake.description.conditions);
  const runOf = begin ? runOfBegin(begin) : told.runOf;
  if (odb?.kind === 'unreadable')
    context.log.warn({ run }, `the ODB of run ${run} cannot be read: ${odb.reason}`);
  if (!begin) await storeBegin(intake, beginning, odb, told);
  context.log.info(
    { run, source: beginning.source, ...runOf, references: known.references.length },
    begin ? `going on with run ${run}` : `run ${run} begins`,
  );
  figures.run = run;
  figures.runs += begin ? 0 : 1;
  const configured = new Map([
    ...intake.description.events.map(({ id, name }) => [id, name] as const),
    ...[...intake.slowControl].map(([id, { name }]) => [id, name] as const),
  ]);
  const ids = told.equipment ? new Set([...configured.keys(), ...told.equipment.keys()]) : null;
  const names = new EquipmentNames(configured, told.equipment ?? new Map());
  return new RunTaking(intake, { ...beginning, runOf, names, ids, known });
}

const runOfBegin = ({ startedAt, pedestal, highVoltage, exposure }: RunBegin): RunOfEvent => ({
  startedAt,
  pedestal,
  highVoltage,
  exposure,
});

async function storeBegin(
  { context, config, pipeline, patience, signal }: Intake,
  { run, dump, reason, source }: Beginning,
  odb: Odb | null,
  { runOf, description, conditions }: ReturnType<typeof conditionsOf>,
): Promise<void> {
  const { site, detector } = config;
  const name = bodyNames.odb({ site, detector, run });
  const prepare = async (): Promise<RunBegin['odb']> => {
    if (!odb || !dump)
      return { kind: 'none', reason: dump ? 'the begin of the run has no ODB dump' : reason };
    const body = await patience.keepTrying(name, () => context.eventStore.put(name, dump, signal));
    return odb.kind === 'tree'
      ? { kind: 'read', mended: odb.mended, body }
      : { kind: 'unreadable', reason: odb.reason, body };
  };
  await pipeline.add(dump?.byteLength ?? 0, prepare, async stored => {
    const body = { site, detector, run, ...runOf, description, conditions, odb: stored, source };
    await patience.keepTrying(`begin of run ${run}`, () => context.publish({ type: runBegin, body }));
  });
}
