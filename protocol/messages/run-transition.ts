import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity, RunOfEvent, StoredBody } from './raw-event.ts';

const BEGIN = 'run-begin/1';
const END = 'run-end/1';

const { site, detector, run } = EventIdentity;
const count = z.int().min(0);

/** A value of a run's conditions. */
export const Condition = z.union([z.string(), z.number(), z.boolean()]);

export const RunBegin = z.strictObject({
  site,
  detector,
  run,
  ...RunOfEvent.shape,
  description: z.string().describe('what the shifter wrote; empty when nothing'),
  conditions: z
    .record(z.string(), Condition)
    .describe('what the configuration takes from the ODB, by the name it gives, e.g. GEM1_V'),
  odb: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('read'), mended: z.boolean(), body: StoredBody }),
    z.strictObject({ kind: z.literal('unreadable'), reason: z.string(), body: StoredBody }),
    z.strictObject({ kind: z.literal('none'), reason: z.string() }),
  ]),
  source: z.string().min(1).describe('file name, or address of the sender'),
});

/** A run has begun. */
export type RunBegin = z.infer<typeof RunBegin>;

const EquipmentCount = z.strictObject({
  events: count,
  firstSerial: z.int().min(0).nullable(),
  lastSerial: z.int().min(0).nullable(),
  missing: count.describe('serials left out'),
  duplicates: count.describe('events that came again, not counted in events'),
});

export const RunEnd = z.strictObject({
  site,
  detector,
  run,
  ...RunOfEvent.shape,
  endedAt: EventTime,
  ending: z
    .enum(['end-of-run', 'truncated', 'malformed', 'interrupted'])
    .describe(
      'end-of-run: as it should; truncated, malformed: the file ends or cannot be read from an offset on; interrupted: the next run began, or the sender went away, without an end',
    ),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** Counts by equipment; those of slow control are readings, not raw events. */
  equipment: z.record(z.string(), EquipmentCount),
  rawEvents: count.describe('references in EVENT, copies included'),
  bytes: count.describe('of the events, uncompressed'),
});

/** A run has ended: every reference of it was stored before this. */
export type RunEnd = z.infer<typeof RunEnd>;

const ofRun = ({ site, detector, run }: { site: string; detector: string; run: number }): string =>
  `${site}:${detector}:${run}`;

export const runBegin: MessageType<RunBegin> = {
  type: BEGIN,
  stream: 'RUN',
  unique: true,
  subject: (experiment, body) => subjects.runBegin(experiment, body.detector, body.run),
  identity: body => `begin:${ofRun(body)}`,
  time: body => body.startedAt,
  encode: encodeJson,
  decode: bytes => decodeJson(BEGIN, RunBegin, bytes),
};

export const runEnd: MessageType<RunEnd> = {
  type: END,
  stream: 'RUN',
  unique: true,
  subject: (experiment, body) => subjects.runEnd(experiment, body.detector, body.run),
  identity: body => `end:${ofRun(body)}`,
  time: body => body.endedAt,
  encode: encodeJson,
  decode: bytes => decodeJson(END, RunEnd, bytes),
};
