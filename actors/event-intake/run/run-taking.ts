import { slowReadingsOf } from '../../../protocol/detector/slow-readings.ts';
import type { RawEvent, RunOfEvent } from '../../../protocol/messages/raw-event.ts';
import { type Readings, slowReadings } from '../../../protocol/messages/readings.ts';
import type { RunEnd } from '../../../protocol/messages/run-transition.ts';
import type { BadEvent, EventHeader, MidasEvent, StreamedEvent } from '../../../protocol/midas/midas.ts';
import type { EventTime } from '../../../protocol/time.ts';
import { digestOf } from '../../../runtime/event-store/digest.ts';
import type { SteppedOver } from '../../../runtime/midas-file.ts';
import type { EquipmentNames } from '../accounting/names.ts';
import { isPlausible } from '../accounting/plausible.ts';
import { type RunInput, type RunState, type RunStep, stepRun } from '../accounting/run.ts';
import { Keeper } from '../keep/keeper.ts';
import type { Intake } from './intake.ts';
import { KeptEvents, type KnownRun } from './known.ts';

/** What a sender is told of an event. */
export type Fate = 'kept' | 'known' | 'damaged';

export interface TakingOptions {
  readonly run: number;
  readonly source: string;
  readonly rereadable: boolean;
  readonly runOf: RunOfEvent;
  readonly names: EquipmentNames;
  /** Event ids that the run has; `null` where nobody knows. */
  readonly ids: ReadonlySet<number> | null;
  readonly known: KnownRun;
}

/** Slow control larger than this is kept whole, like an event nobody knows: as JSON it might not fit a message. */
export const MAX_SLOW_BYTES = 64 * 1024;

/** Somebody waits for the event to be kept. */
export type Told = (fate: Fate) => void;

/** One run that is being taken in: what comes is counted, what is to be kept goes on its way, in order. */
export class RunTaking {
  readonly run: number;
  readonly #intake: Intake;
  readonly #options: Omit<TakingOptions, 'known'>;
  readonly #keeper: Keeper;
  readonly #kept: KeptEvents;
  /** References that are stored and whose events have not been met, by their place in the file. */
  readonly #stored: Map<number, RawEvent>;
  readonly #slowStored: ReadonlySet<string>;
  /** Whether the run has an end already. */
  readonly #late: boolean;
  /** What stands before this place of the file has been published, slow control too. */
  readonly #resumeAt: number;
  #state: RunState;
  #telling = 0;
  #begun = false;

  constructor(intake: Intake, options: TakingOptions) {
    const { known, ...others } = options;
    const { run, runOf, source, rereadable } = others;
    const { site, detector } = intake.config;
    this.run = run;
    this.#intake = intake;
    this.#options = others;
    this.#slowStored = known.slow;
    this.#late = known.ended;
    this.#keeper = new Keeper(intake);
    this.#kept = new KeptEvents(known.references);
    this.#state = { site, detector, run, runOf, counts: {}, rawEvents: 0, bytes: 0, at: runOf.startedAt };
    const inFile = rereadable ? known.references.filter(one => isSameFile(one.source.name, source)) : [];
    this.#stored = new Map(inFile.map(one => [one.source.offset, one]));
    this.#resumeAt = inFile.reduce(
      (end, { source: { offset }, body }) => Math.max(end, offset + body.bytes),
      0,
    );
    // A connection does not come again: what is known is counted at once.
    if (!rereadable) for (const one of known.references) this.#step(inputOf(one, this.#kept, this.#telling));
  }

  /** Seconds since 1970. */
  get startedAt(): number {
    return this.#options.runOf.startedAt.seconds;
  }

  /** Bytes of the event at a place in the file, if its reference is stored. */
  readonly have = (offset: number): number | undefined => this.#stored.get(offset)?.body.bytes;

  /** A new connection begins: what it tells again is told for lack of an answer. */
  retold(): void {
    this.#telling++;
  }

  /** An event that only counts by its bytes: the begin of the run, or a message. */
  async takeText(event: MidasEvent, told?: Told): Promise<void> {
    const toldBefore = event.kind === 'begin-of-run' && this.#begun;
    this.#begun ||= event.kind === 'begin-of-run';
    this.#count(event.bytes.byteLength);
    if (!toldBefore) this.#step({ kind: 'text', time: timeOf(event.header), bytes: event.bytes.byteLength });
    if (event.kind === 'message') {
      this.#intake.context.count('message');
      this.#intake.context.log.info({ run: this.run }, `MIDAS: ${event.text}`);
    }
    if (told) await this.#keeper.tell(() => told('kept'));
  }

  /** @returns false for what only looks like an event: nothing behind it can be trusted */
  async takeBad(bad: BadEvent, told?: Told): Promise<boolean> {
    const { runOf, ids } = this.#options;
    if (!isPlausible(bad.header, runOf.startedAt.seconds, ids)) return false;
    await this.#takeEvent(bad, bad.reason, told);
    return true;
  }

  /** @returns as `takeBad`: an event of MIDAS' own that nobody looks into may be rubbish too */
  async takeData(event: StreamedEvent, told?: Told): Promise<boolean> {
    const { startedAt } = this.#options.runOf;
    if (event.kind === 'other' && !isPlausible(event.header, startedAt.seconds, null)) return false;
    await this.#takeEvent(event, null, told);
    return true;
  }

  /** An event whose reference is stored: it is only counted. */
  takeStored({ offset }: SteppedOver): void {
    const reference = this.#stored.get(offset);
    if (!reference) throw new RangeError(`no event of run ${this.run} is known at byte ${offset}`);
    this.#stored.delete(offset);
    this.#step(inputOf(reference, this.#kept, this.#telling));
  }

  /** Nothing more comes. Resolves when the end has its place behind everything of the run. */
  async end(
    ending: RunEnd['ending'],
    error: RunEnd['error'],
    event?: MidasEvent,
    told?: Told,
  ): Promise<void> {
    const end = event && { time: timeOf(event.header), bytes: event.bytes.byteLength };
    const { outputs } = this.#step({ kind: 'over', ending, error, ...(end ? { end } : {}) });
    for (const output of outputs) if (output.kind === 'end') await this.#keeper.end(output.body);
    if (told) await this.#keeper.tell(() => told('kept'));
  }

  async #takeEvent(
    event: BadEvent | StreamedEvent,
    damage: string | null,
    told: Told | undefined,
  ): Promise<void> {
    const { header, bytes, offset } = event;
    const { slowControl, context } = this.#intake;
    const equipment = this.#options.names.of(header.id);
    const slow =
      bytes.byteLength <= MAX_SLOW_BYTES && event.kind === 'data' ? slowControl.get(header.id) : undefined;
    const { serial } = header;
    const time = timeOf(header);
    const digest = digestOf(bytes);
    this.#count(bytes.byteLength);
    const { outputs } = this.#step({
      kind: 'event',
      equipment,
      slow: slow !== undefined,
      serial,
      time,
      bytes: bytes.byteLength,
      digest,
      damage,
      kept: this.#kept.of(equipment, serial),
      telling: this.#telling,
    });
    const published = offset < this.#resumeAt;
    for (const output of outputs) {
      if (output.kind === 'gap' && !published) await this.#keeper.gap(output.body);
      if (output.kind === 'slow' && slow && !published && event.kind === 'data')
        await this.#slow(slowReadingsOf(this.#state.detector, slow, time, event.banks));
      if (output.kind === 'keep') await this.#keep(event, equipment, output.copy);
    }
    if (this.#late) context.count('late_event');
    const isNew = outputs.some(({ kind }) => kind === 'keep' || kind === 'slow');
    const fate: Fate = damage !== null ? 'damaged' : isNew ? 'kept' : 'known';
    if (told) await this.#keeper.tell(() => told(fate));
  }

  async #keep(
    { header, bytes, offset }: BadEvent | StreamedEvent,
    equipment: string,
    copy: number,
  ): Promise<void> {
    const { site, detector, run, runOf } = this.#state;
    const { id: eventId, triggerMask, serial } = header;
    const source = { name: this.#options.source, offset };
    const time = timeOf(header);
    const identity = { site, detector, run, equipment, serial, copy };
    await this.#keeper.keep({ ...identity, eventId, triggerMask, time, runOf, source }, bytes);
  }

  async #slow(readings: Readings): Promise<void> {
    if (this.#slowStored.has(slowReadings.identity(readings))) return;
    await this.#keeper.slow(readings);
  }

  #count(bytes: number): void {
    const { figures, context } = this.#intake;
    figures.rate.add(bytes, context.clock());
  }

  #step(input: RunInput): RunStep {
    const step = stepRun(this.#state, input);
    this.#state = step.state;
    if (input.kind === 'event' && step.kept) this.#kept.set(input.equipment, input.serial, step.kept);
    this.#intake.context.log.trace({ run: this.run }, step.reason);
    return step;
  }
}

const timeOf = ({ time }: EventHeader): EventTime => ({ seconds: time, nanoseconds: 0 });

/** An event as it was when its reference was made. */
const inputOf = (
  { equipment, serial, time, body }: RawEvent,
  kept: KeptEvents,
  telling: number,
): RunInput => ({
  kind: 'event',
  equipment,
  slow: false,
  serial,
  time,
  bytes: body.bytes,
  digest: body.digest,
  damage: null,
  kept: kept.of(equipment, serial),
  telling,
});

/** A file that was compressed meanwhile is the same. */
const isSameFile = (one: string, other: string): boolean =>
  one.replace(/\.gz$/, '') === other.replace(/\.gz$/, '');
