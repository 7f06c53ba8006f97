import { z } from 'zod';
import { AlarmId } from '../alarm/alarm-id.ts';
import { AlarmState } from '../alarm/alarm-state.ts';
import { AlarmStatus, Severity } from '../alarm/severity.ts';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'alarm-change/1';

/** What made an alarm change. */
export const ChangeCause = {
  /** A reading, a result, a heartbeat, a gap. */
  input: 'input',
  /** Time passing: a delay, an absence, the end of shelving. */
  time: 'time',
  command: 'command',
  /** Only the machine mode changed. */
  mode: 'mode',
  /** Only the rules changed. */
  rules: 'rules',
  /** Its rule has gone: the alarm is none any more, until a rule of that name comes back. */
  removed: 'removed',
} as const;
export type ChangeCause = (typeof ChangeCause)[keyof typeof ChangeCause];

const byWhom = { by: z.string().describe('name of the person'), at: EventTime };

export const Acknowledgement = z.strictObject({ ...byWhom, note: z.string() });
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const Shelving = z.strictObject({
  ...byWhom,
  reason: z.string(),
  until: EventTime,
  oneShot: z.boolean().describe('ends when the alarm returns to normal, or at `until`'),
});
export type Shelving = z.infer<typeof Shelving>;

export const Disabling = z.strictObject({ ...byWhom, reason: z.string() });
export type Disabling = z.infer<typeof Disabling>;

/** A value as people see it; NaN and infinities travel as text. */
export const ShownValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type ShownValue = z.infer<typeof ShownValue>;

export const Remark = z.strictObject({ ...byWhom, note: z.string() });
export type Remark = z.infer<typeof Remark>;

export const AlarmChange = z.strictObject({
  alarm: AlarmId,
  transition: z.int().min(1).describe('counts the changes of this alarm: the revision that commands name'),
  at: EventTime.describe('when JetStream stored what made it change'),
  eventTime: EventTime.optional().describe('device time of the value that made it change'),
  cause: z.enum(ChangeCause),
  reason: z.string().describe('why, for people'),
  from: z.enum(AlarmState),
  to: z.enum(AlarmState),
  severity: z.enum(Severity).describe('of the condition now'),
  severityBefore: z.enum(Severity),
  peak: z.enum(Severity).describe('worst severity since it was last normal'),
  status: z.enum(AlarmStatus),
  value: ShownValue.describe('what was compared; null when there is none'),
  units: z.string(),
  limit: z.number().optional().describe('the limit it is beyond'),
  mode: z.string().describe('machine mode'),
  rules: z.int().min(0).describe('version of the rules'),
  title: z.string().describe('the alarm in a few words'),
  audience: z.array(z.string()).describe('who is meant, e.g. shifter, expert'),
  guidance: z.string().describe('what to do; markdown'),
  dashboard: z.string().describe('link or board uid with the picture; empty when there is none'),
  labels: z.record(z.string(), z.string()).describe('further words for routing, e.g. device'),
  raisedAt: EventTime.optional().describe('when it last became active'),
  returnedAt: EventTime.optional().describe('when it last returned to normal'),
  acknowledged: Acknowledgement.optional(),
  shelved: Shelving.optional(),
  disabled: Disabling.optional(),
  suppressedBy: z.string().optional().describe('parent alarm, mode or enabling condition'),
  comment: Remark.optional().describe('the last one'),
  owner: z.string().optional().describe('who has taken it over'),
  inputs: z
    .array(z.strictObject({ name: z.string(), value: ShownValue, at: EventTime.optional() }))
    .describe('what the value was made from, at most 16'),
});

/** An alarm has changed; the body holds everything about it as it is now, so that the last one is its state. */
export type AlarmChange = z.infer<typeof AlarmChange>;

export const alarmChange: MessageType<AlarmChange> = {
  type: TYPE,
  stream: 'ALARM',
  subject: (experiment, body) => subjects.alarmChange(experiment, body.alarm),
  identity: body => `${body.alarm}:${body.transition}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, AlarmChange, bytes),
};
