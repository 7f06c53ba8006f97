import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'raw-event/1';

/** A body in the event store. */
export const StoredBody = z.strictObject({
  name: z.string().min(1).describe('in the event store, e.g. lngs/lime/42901/trigger/17'),
  bytes: z.int().min(0),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .describe('of the bytes'),
});
export type StoredBody = z.infer<typeof StoredBody>;

/** Where in which run an event is; the same fields name its reconstruction. */
export const EventIdentity = {
  site: z.string().min(1).describe('where the detector stands, e.g. lngs'),
  detector: z.string().min(1).describe('e.g. lime'),
  run: z.int().min(0).max(0xffff_ffff).describe('from the begin-of-run event'),
  equipment: z.string().min(1).describe('as in the ODB, e.g. Trigger; id<N> for an event id without a name'),
  serial: z.int().min(0).max(0xffff_ffff).describe("the equipment's own count (cygno.md B1)"),
  copy: z.int().min(0).describe('0; 1, 2, ... for further events of other contents under the same serial'),
};

/** What of its run every event must know, so that whoever takes it needs nothing else. */
export const RunOfEvent = z.strictObject({
  startedAt: EventTime,
  pedestal: z.boolean().describe('a run to make a pedestal of'),
  highVoltage: z.boolean().nullable().describe('whether the gain was on; null when the run does not say'),
  exposure: z.number().positive().nullable().describe('seconds; null when the run does not say'),
});
export type RunOfEvent = z.infer<typeof RunOfEvent>;

export const RawEvent = z.strictObject({
  ...EventIdentity,
  eventId: z.int().min(0).max(0xffff),
  triggerMask: z.int().min(0).max(0xffff),
  time: EventTime.describe("from the event's header: whole seconds"),
  runOf: RunOfEvent,
  body: StoredBody.describe('the whole event as in the file, header included'),
  source: z.strictObject({
    name: z.string().min(1).describe('file name, or address of the sender'),
    offset: z.int().min(0).describe('of its first byte in the file or connection, uncompressed'),
  }),
});

/** A detector event whose body is safely in the event store. */
export type RawEvent = z.infer<typeof RawEvent>;

export const rawEvent: MessageType<RawEvent> = {
  type: TYPE,
  stream: 'EVENT',
  unique: true,
  subject: (experiment, body) => subjects.rawEvent(experiment, body),
  identity: body => `${body.site}:${body.detector}:${body.run}:${body.equipment}:${body.serial}~${body.copy}`,
  time: body => body.time,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, RawEvent, bytes),
};
