import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity } from './raw-event.ts';

const TYPE = 'event-gap/1';

const { serial, copy: _, ...ofEquipment } = EventIdentity;

export const EventGap = z.strictObject({
  ...ofEquipment,
  kind: z
    .enum(['missing', 'duplicate', 'copy', 'damaged'])
    .describe(
      'missing: serials were left out; duplicate: the same event came again and was not kept twice; copy: another event came under a serial that was taken; damaged: an event whose banks cannot be read, kept all the same',
    ),
  first: serial.describe('first serial concerned'),
  last: serial.describe('last serial concerned'),
  reason: z.string().min(1),
  at: EventTime.describe('time of the event at which it was noticed'),
});

/** The serials of an equipment are not one after the other, or one of its events is not whole: a record, never silence. */
export type EventGap = z.infer<typeof EventGap>;

export const eventGap: MessageType<EventGap> = {
  type: TYPE,
  stream: 'EVENT',
  unique: true,
  subject: (experiment, body) =>
    subjects.eventGap(experiment, { ...body, serial: body.first, copy: 0 }, body.kind, body.at.seconds),
  identity: body =>
    `${body.kind}:${body.site}:${body.detector}:${body.run}:${body.equipment}:${body.first}-${body.last}:${body.at.seconds}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, EventGap, bytes),
};
