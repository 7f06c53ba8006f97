import type { EventGap } from '../../../protocol/messages/event-gap.ts';
import type { RunOfEvent } from '../../../protocol/messages/raw-event.ts';
import type { RunEnd } from '../../../protocol/messages/run-transition.ts';
import type { EventTime } from '../../../protocol/time.ts';
import { countSerial, type Kept, missingOf, type SerialCount } from './serials.ts';

/** What has come of a run so far. Plain values; a step makes a new one and leaves the old as it was. */
export interface RunState {
  readonly site: string;
  readonly detector: string;
  readonly run: number;
  readonly runOf: RunOfEvent;
  /** By equipment. */
  readonly counts: Readonly<Record<string, SerialCount>>;
  readonly rawEvents: number;
  /** Of all its events, begin and end included. */
  readonly bytes: number;
  /** Of the event that came last. */
  readonly at: EventTime;
}

/** What may come. */
export type RunInput = EventInput | TextInput | OverInput;

/** A data event, or one of an id of MIDAS' own that is not looked into. */
export interface EventInput {
  readonly kind: 'event';
  readonly equipment: string;
  /** Readings of slow control; else it is kept whole. */
  readonly slow: boolean;
  readonly serial: number;
  readonly time: EventTime;
  readonly bytes: number;
  readonly digest: string;
  /** Why its banks cannot be read. */
  readonly damage: string | null;
  /** What is kept under its serial. */
  readonly kept: readonly Kept[];
  /** See `countSerial`. */
  readonly telling: number;
}

/** An event that only counts by its bytes: the begin of the run, a message. */
export interface TextInput {
  readonly kind: 'text';
  readonly time: EventTime;
  readonly bytes: number;
}

/** Nothing more comes. */
export interface OverInput {
  readonly kind: 'over';
  readonly ending: RunEnd['ending'];
  readonly error: RunEnd['error'];
  /** The end-of-run event; without one the last event's time is the end. */
  readonly end?: { readonly time: EventTime; readonly bytes: number };
}

/** What is to be done, in this order: what tells of an event goes before the event, so that it is not lost between the two. */
export type RunOutput =
  | { readonly kind: 'gap'; readonly body: EventGap }
  | { readonly kind: 'keep'; readonly equipment: string; readonly copy: number }
  | { readonly kind: 'slow' }
  | { readonly kind: 'end'; readonly body: RunEnd };

export interface RunStep {
  readonly state: RunState;
  readonly outputs: readonly RunOutput[];
  /** What is kept under the event's serial now. */
  readonly kept?: readonly Kept[];
  readonly reason: string;
}

export function stepRun(state: RunState, input: RunInput): RunStep {
  if (input.kind === 'event') return takeEvent(state, input);
  const bytes = state.bytes + (input.kind === 'text' ? input.bytes : (input.end?.bytes ?? 0));
  const at = (input.kind === 'text' ? input.time : input.end?.time) ?? state.at;
  const now = { ...state, bytes, at };
  if (input.kind === 'text') return { state: now, outputs: [], reason: 'no data' };
  return { state: now, outputs: [{ kind: 'end', body: endOf(now, input) }], reason: input.ending };
}

function takeEvent(state: RunState, input: EventInput): RunStep {
  const { equipment, slow, serial, time, bytes, damage, kept, telling } = input;
  const counted = countSerial(state.counts[equipment], input, kept, telling);
  const { verdict, copy, missing } = counted;
  const isNew = verdict === 'new';
  const isCounted = counted.count.events > (state.counts[equipment]?.events ?? 0);
  const now: RunState = {
    ...state,
    counts: { ...state.counts, [equipment]: counted.count },
    rawEvents: state.rawEvents + (isCounted && !slow ? 1 : 0),
    // What is told again for lack of an answer is in the counts already.
    bytes: state.bytes + (isCounted || verdict === 'duplicate' ? bytes : 0),
    at: time,
  };
  const { site, detector, run } = state;
  const gap = (kind: EventGap['kind'], first: number, last: number, reason: string): RunOutput => ({
    kind: 'gap',
    body: { site, detector, run, equipment, kind, first, last, reason, at: time },
  });
  const outputs: RunOutput[] = [];
  if (isNew && missing)
    outputs.push(gap('missing', missing.first, missing.last, `${sizeOf(missing)} left out beside ${serial}`));
  if (verdict === 'duplicate') outputs.push(gap('duplicate', serial, serial, 'the same event came again'));
  if (isNew && copy > 0)
    outputs.push(
      gap('copy', serial, serial, `another event under a serial that is taken: kept as copy ${copy}`),
    );
  if (isNew && damage !== null) outputs.push(gap('damaged', serial, serial, damage));
  if (isNew) outputs.push(slow ? { kind: 'slow' } : { kind: 'keep', equipment, copy });
  return { state: now, outputs, kept: counted.kept, reason: `${equipment} ${serial}: ${verdict}` };
}

const sizeOf = ({ first, last }: { readonly first: number; readonly last: number }): string =>
  first === last ? `serial ${first} was` : `serials ${first} to ${last} were`;

function endOf(state: RunState, { ending, error }: OverInput): RunEnd {
  const { site, detector, run, runOf, counts, rawEvents, bytes, at } = state;
  return {
    site,
    detector,
    run,
    ...runOf,
    endedAt: at,
    ending,
    error,
    equipment: Object.fromEntries(
      Object.entries(counts).map(([equipment, count]) => [
        equipment,
        {
          events: count.events,
          firstSerial: count.first,
          lastSerial: count.last,
          missing: missingOf(count),
          duplicates: count.duplicates,
        },
      ]),
    ),
    rawEvents,
    bytes,
  };
}
