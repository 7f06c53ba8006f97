import { z } from 'zod';
import { AlarmState, PRECEDENCE } from '../../../protocol/alarm/alarm-state.ts';
import { AlarmStatus, Severity } from '../../../protocol/alarm/severity.ts';
import { Acknowledgement, Disabling, Remark, Shelving } from '../../../protocol/messages/alarm-change.ts';
import { Waiting } from './delay.ts';

const Milliseconds = z.number();

const Verdict = z.strictObject({ severity: z.enum(Severity), status: z.enum(AlarmStatus) });
/** What is wrong, and how badly. */
export type Verdict = z.infer<typeof Verdict>;

export const FINE: Verdict = { severity: Severity.noAlarm, status: AlarmStatus.noAlarm };

/**
 * All that is remembered of one alarm. What is absent is as in a normal alarm, so that one which has nothing to tell takes
 * next to no room. Times are milliseconds since 1970, as JetStream stored what they come from.
 */
export const Alarm = z.strictObject({
  /** Changes told so far. */
  transition: z.int().min(0),
  /** What the last assessment said; absent: fine. */
  judged: Verdict.optional(),
  /** Since when an absent thing has been expected; belongs to the assessment. */
  expectedSince: Milliseconds.optional(),
  /** Severities of the last evaluations, oldest first; only where more than one counts, and only if one was bad. */
  samples: z.array(z.enum(Severity)).optional(),
  /** Levels that a delay holds back. */
  waiting: Waiting.optional(),
  /** What is wrong, counted and delayed; absent: nothing. This is what people are told. */
  condition: Verdict.optional(),
  peak: z.enum(Severity).optional().describe('worst of the condition since it was last normal'),
  raisedAt: Milliseconds.optional(),
  returnedAt: Milliseconds.optional(),
  latched: z.literal(true).optional().describe('must be reset'),
  returned: z.literal(true).optional().describe('is over, and nobody has acknowledged it'),
  acknowledged: Acknowledgement.optional(),
  shelved: Shelving.optional(),
  disabled: Disabling.optional(),
  fault: z.string().optional().describe('why the rule was switched off'),
  suppressedBy: z.string().optional(),
  comment: Remark.optional(),
  owner: z.string().optional(),
});
export type Alarm = z.infer<typeof Alarm>;

/** An alarm of which nothing has ever been heard. */
export const UNTOUCHED: Alarm = { transition: 0 };

/** The condition that people are told of, `FINE` when there is none. */
export const conditionOf = (alarm: Alarm): Verdict => alarm.condition ?? FINE;

/** Every state that applies; at least `normal`. */
const APPLIES: Readonly<Record<AlarmState, (alarm: Alarm) => boolean>> = {
  [AlarmState.outOfService]: alarm => alarm.disabled !== undefined || alarm.fault !== undefined,
  [AlarmState.suppressed]: alarm => alarm.suppressedBy !== undefined,
  [AlarmState.shelved]: alarm => alarm.shelved !== undefined,
  [AlarmState.unacknowledged]: alarm => alarm.condition !== undefined && alarm.acknowledged === undefined,
  [AlarmState.acknowledged]: alarm => alarm.condition !== undefined && alarm.acknowledged !== undefined,
  [AlarmState.latchedUnacknowledged]: alarm => alarm.latched === true && alarm.acknowledged === undefined,
  [AlarmState.latchedAcknowledged]: alarm => alarm.latched === true,
  [AlarmState.returnedUnacknowledged]: alarm => alarm.returned === true,
  [AlarmState.normal]: () => true,
};

/** The one state that it is in. */
export const stateOf = (alarm: Alarm): AlarmState =>
  PRECEDENCE.find(state => APPLIES[state](alarm)) ?? AlarmState.normal;

const OVERRIDES: ReadonlySet<AlarmState> = new Set([
  AlarmState.outOfService,
  AlarmState.suppressed,
  AlarmState.shelved,
]);

/** The state that it would be in were it not put aside: what is acknowledged, reset and taken over. */
export const stateBeneath = (alarm: Alarm): AlarmState =>
  PRECEDENCE.find(state => !OVERRIDES.has(state) && APPLIES[state](alarm)) ?? AlarmState.normal;

/** Whether what it says has a meaning now: not switched off, not suppressed. A shelved alarm has a meaning. */
export const isMeaningful = (alarm: Alarm): boolean =>
  alarm.disabled === undefined && alarm.fault === undefined && alarm.suppressedBy === undefined;
