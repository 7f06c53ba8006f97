import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { type RunBegin, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { subjects } from '../../../protocol/subjects.ts';
import type { Kept } from '../accounting/serials.ts';
import type { Intake } from './intake.ts';

/** What earlier lives have published of a run. */
export interface KnownRun {
  readonly begin: RunBegin | undefined;
  readonly ended: boolean;
  /** In the order in which they were published, which is that of the source. */
  readonly references: readonly RawEvent[];
  /** Identities of readings that may have been published after the last reference. */
  readonly slow: ReadonlySet<string>;
}

/** Slow-control messages looked at: those after the last reference of a run, which comes twice a second. */
const SLOW_LOOKED_AT = 1_000;

/** @throws SpillwayError NATS_AWAY */
export async function knownRun(intake: Intake, run: number): Promise<KnownRun> {
  const { context, config } = intake;
  const { experiment } = context;
  const { site, detector } = config;
  const ours = <Body extends { readonly site: string }>(all: readonly { readonly body: Body }[]): Body[] =>
    all.map(({ body }) => body).filter(body => body.site === site);
  const [begin] = ours(await context.latest(runBegin, subjects.runBegin(experiment, detector, run)));
  if (!begin) return { begin, ended: false, references: [], slow: new Set() };
  const [end] = ours(await context.latest(runEnd, subjects.runEnd(experiment, detector, run)));
  const references = await context.latest(rawEvent, subjects.rawEventsOfRun(experiment, detector, run));
  return {
    begin,
    ended: end !== undefined,
    references: ours(references),
    slow: await recentReadings(intake),
  };
}

/** Identities of the detector's last readings of slow control. */
async function recentReadings({ context, config }: Intake): Promise<ReadonlySet<string>> {
  const last = await context.latest(slowReadings, subjects.ofStream(context.experiment, 'SLOW'));
  const through = Math.max(0, ...last.map(({ sequence }) => sequence));
  if (through === 0) return new Set();
  const after = Math.max(0, through - SLOW_LOOKED_AT);
  const { messages } = await context.read('SLOW', [slowReadings], { after, limit: SLOW_LOOKED_AT });
  const ours = messages.filter(({ body }) => body.source === config.detector);
  return new Set(ours.map(({ identity }) => identity));
}

/** What is kept of a run, by equipment and serial. */
export class KeptEvents {
  readonly #kept = new Map<string, Map<number, readonly Kept[]>>();

  constructor(references: readonly RawEvent[]) {
    for (const { equipment, serial, copy, body } of references)
      this.set(equipment, serial, [
        ...this.of(equipment, serial),
        { digest: body.digest, copy, counted: false, telling: null },
      ]);
  }

  of(equipment: string, serial: number): readonly Kept[] {
    return this.#kept.get(equipment)?.get(serial) ?? [];
  }

  set(equipment: string, serial: number, kept: readonly Kept[]): void {
    let serials = this.#kept.get(equipment);
    if (!serials) this.#kept.set(equipment, (serials = new Map()));
    serials.set(serial, kept);
  }
}
