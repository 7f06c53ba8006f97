import { z } from 'zod';
import { AlarmId } from '../alarm/alarm-id.ts';
import { AlarmState } from '../alarm/alarm-state.ts';
import { Severity } from '../alarm/severity.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const NOTICE = 'notice/1';
const OUTCOME = 'notice-outcome/1';

/** Why a notice is sent. */
export const NoticeKind = {
  /** The first word of an incident. */
  page: 'page',
  /** The incident has changed: a channel that can edits its first message. */
  update: 'update',
  /** Still there after the repeat interval. */
  repeat: 'repeat',
  /** Not acknowledged in time: told to the next audience. */
  escalation: 'escalation',
  /** Too many for the channel: the most severe, and how many more. */
  digest: 'digest',
  /** A silence began or ended. */
  silence: 'silence',
} as const;
export type NoticeKind = (typeof NoticeKind)[keyof typeof NoticeKind];

/** One alarm, or one notification from outside, within a notice: what a message shows of it. */
export const NoticeItem = z.strictObject({
  alarm: AlarmId.describe('alarm, or area and key of a notification'),
  transition: z.int().min(0).describe('last transition this item tells of'),
  transitions: z.array(z.int().min(0)).describe('every transition that this notice accounts for'),
  firing: z.boolean(),
  severity: z.enum(Severity),
  peak: z.enum(Severity),
  state: z.enum(AlarmState),
  title: z.string(),
  text: z.string().describe('value, limit and reason in a line'),
  value: z.string(),
  limit: z.string(),
  mode: z.string(),
  guidance: z.string(),
  link: z.string(),
  audience: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  at: EventTime.describe('of the last transition'),
  eventTime: EventTime.optional().describe('device time'),
  raisedAt: EventTime.optional(),
  endedAt: EventTime.optional(),
  by: z.string().describe('who acknowledged, shelved or owns it; empty for nobody'),
  note: z.string(),
});
export type NoticeItem = z.infer<typeof NoticeItem>;

export const Notice = z.strictObject({
  channel: z.string().min(1).describe('as named in the configuration'),
  number: z.int().min(1).describe('counts the notices of the channel'),
  kind: z.enum(NoticeKind),
  incident: z
    .string()
    .min(1)
    .describe('equal for all notices about one thing; names the group and its start'),
  edits: z
    .string()
    .optional()
    .describe("the channel's own name of the message to edit, where one was sent before"),
  thread: z.string().optional().describe("the channel's own name of the incident's thread"),
  receiver: z.string().describe('route that chose the channel'),
  groupLabels: z.record(z.string(), z.string()),
  firing: z.boolean().describe('whether any item is'),
  severity: z.enum(Severity).describe('worst of the items that are firing; of all when none is'),
  title: z.string(),
  items: z.array(NoticeItem).max(50),
  more: z.int().min(0).describe('items left out, all accounted for in `covered`'),
  covered: z
    .array(z.strictObject({ alarm: AlarmId, transitions: z.array(z.int().min(0)) }))
    .describe('what the left-out items would have told'),
  link: z.string().describe('where everything is to be seen'),
  at: EventTime.describe('when it was decided'),
});

/** One message to one channel. What it says was decided once; sending it again says the same. */
export type Notice = z.infer<typeof Notice>;

export const notice: MessageType<Notice> = {
  type: NOTICE,
  stream: 'NOTICE',
  subject: (experiment, body) => subjects.notice(experiment, body.channel),
  identity: body => `${body.channel}:${body.number}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(NOTICE, Notice, bytes),
};

export const NoticeOutcome = z.strictObject({
  channel: z.string().min(1),
  number: z.int().min(1),
  incident: z.string().min(1),
  result: z
    .enum(['sent', 'failing', 'refused'])
    .describe('failing: is being tried again; refused: will not be sent, the channel does not take it'),
  reference: z.string().optional().describe("the channel's own name of the message, to edit it by"),
  thread: z.string().optional(),
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]).optional(),
  detail: z.string().describe('what the other side said, without secrets'),
  attempts: z.int().min(1),
  doubtful: z.boolean().describe('a crash hid whether an earlier try had reached the channel'),
  at: EventTime,
});

/** What became of a notice. */
export type NoticeOutcome = z.infer<typeof NoticeOutcome>;

export const noticeOutcome: MessageType<NoticeOutcome> = {
  type: OUTCOME,
  stream: 'OUTCOME',
  subject: (experiment, body) => subjects.noticeOutcome(experiment, body.channel),
  identity: body =>
    `${body.channel}:${body.number}:${body.result}${body.result === 'failing' ? body.attempts : ''}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(OUTCOME, NoticeOutcome, bytes),
};
