import { z } from 'zod';
import { bucketsOf, emptyBuckets } from '../buckets.ts';
import { Alarm } from '../life/alarm.ts';
import { UNKNOWN_MODE } from '../rules/rule.ts';
import { InputsState, noInputs } from './inputs-state.ts';

const Milliseconds = z.number();

export const ModeState = z.strictObject({
  name: z.string(),
  /** Who set it; empty while it is recognised from the readings. */
  by: z.string(),
  /** What the readings speak for, where that is another mode, and since when. */
  leaning: z.strictObject({ name: z.string(), since: Milliseconds }).optional(),
});
export type ModeState = z.infer<typeof ModeState>;

/** A look at all inputs that grow stale after the same time. */
const Watch = z.strictObject({
  lookedAt: Milliseconds,
  /** No input grows stale up to here; null: not before something comes. */
  quietUntil: Milliseconds.nullable(),
});
export type Watch = z.infer<typeof Watch>;

/** Everything the engine knows. Plain JSON; a step makes a new one and leaves the old as it was. */
export const EngineState = z.strictObject({
  rules: z
    .strictObject({
      version: z.int().min(1),
      digest: z.string(),
      /** When they came into force: since then their inputs have been looked for. */
      since: Milliseconds,
      /** The files, compressed. */
      packed: z.string(),
    })
    .nullable(),
  /** Why the rules that came last are not in force; null when they are. */
  refused: z.string().nullable(),
  mode: ModeState,
  inputs: InputsState,
  /** Alarms of which there is anything to remember, those too that have been removed: their numbers go on. */
  alarms: bucketsOf(Alarm),
  /** When time alone will change an alarm. */
  pending: bucketsOf(Milliseconds),
  /** No pending alarm is due before; null: none is pending. */
  pendingFrom: Milliseconds.nullable(),
  /** By staleness limit in milliseconds. */
  watches: z.record(z.string(), Watch),
  /** When what depends on time was last evaluated. */
  tickedAt: Milliseconds,
  /** When the last message came. */
  heardAt: Milliseconds.default(0),
  /** `Scope.resumedAt` */
  resumedAt: Milliseconds.default(0),
  /** Alarms whose rule is switched off. */
  faulty: z.array(z.string()),
  /** Commands answered, oldest first. */
  answered: z.array(z.string()),
  /** Rules evaluated so far. */
  evaluations: z.int().min(0),
});
export type EngineState = z.infer<typeof EngineState>;

export const initialState: EngineState = {
  rules: null,
  refused: null,
  mode: { name: UNKNOWN_MODE, by: '' },
  inputs: noInputs,
  alarms: emptyBuckets(),
  pending: emptyBuckets(),
  pendingFrom: null,
  watches: {},
  tickedAt: 0,
  heardAt: 0,
  resumedAt: 0,
  faulty: [],
  answered: [],
  evaluations: 0,
};
