import { z } from 'zod';
import { AlarmId } from '../alarm/alarm-id.ts';
import { Severity } from '../alarm/severity.ts';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'notification/1';

export const Notification = z.strictObject({
  id: z.string().min(1).max(200).describe('given by the sender; told twice, it is the same notification'),
  source: z.string().min(1).max(100).describe('who tells, e.g. elog, midas, a script'),
  at: EventTime,
  area: AlarmId.describe('where in the tree of areas it belongs, e.g. daq/disk'),
  title: z.string().min(1).max(300),
  text: z.string().max(4000).default(''),
  severity: z.enum(Severity).default('MINOR'),
  status: z.enum(['firing', 'resolved', 'event']).default('event').describe('an event is over as it is told'),
  key: z.string().max(200).optional().describe('ties a resolved to its firing; default: the id'),
  audience: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  link: z.string().max(2000).default(''),
});

/** Something that anybody wants told, by the same routes as alarms. */
export type Notification = z.infer<typeof Notification>;

/** Reads a notification from anywhere outside, defaults filled in. @throws ZodError */
export const parseNotification = (value: unknown): Notification => Notification.parse(value);

export const notification: MessageType<Notification> = {
  type: TYPE,
  stream: 'COMMAND',
  bare: true,
  subject: (experiment, body) => subjects.notification(experiment, body.source),
  identity: body => `notification:${body.source}:${body.id}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Notification, bytes),
};
