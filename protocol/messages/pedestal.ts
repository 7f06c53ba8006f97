import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity, RunOfEvent, StoredBody } from './raw-event.ts';

const TYPE = 'pedestal/1';

const { site, detector, run, serial, copy } = EventIdentity;
const pixels = z.int().min(1);

/** Mean and standard deviation of raw counts over an area of the picture and all pictures. */
const Area = z.strictObject({ mean: z.number(), sigma: z.number() });

const Map = z.strictObject({
  kind: z.literal('made'),
  pictures: z.int().min(2),
  rows: pixels,
  columns: pixels,
  body: StoredBody.describe('the sums of the maps; layout in docs/formats.md'),
  figures: z.strictObject({
    sum: z.number().describe('of the mean picture, counts'),
    whole: Area,
    regions: z.array(Area).length(9).describe('nine of 256 x 256 (cygno.md C6), row by row'),
  }),
});

const LeftOut = z.strictObject({ serial, copy, code: z.string(), reason: z.string() });

const camera = z.int().min(0).max(9);

export const Pedestal = z.strictObject({
  site,
  detector,
  run,
  camera,
  cameras: z.array(camera).min(1).describe('of which this run has a message, this one among them'),
  version: z.int().min(1).describe('of the maps made of this run'),
  ...RunOfEvent.shape,
  madeAt: EventTime,
  events: z.int().min(0).describe('raw events of the run'),
  leftOut: z.array(LeftOut).describe('events that no picture was taken of, e.g. damaged ones'),
  outcome: z.discriminatedUnion('kind', [
    Map,
    z.strictObject({ kind: z.literal('refused'), code: z.string(), reason: z.string() }),
  ]),
});

/** What became of a pedestal run: maps of mean and RMS in the event store, or why there are none. */
export type Pedestal = z.infer<typeof Pedestal>;

export const pedestal: MessageType<Pedestal> = {
  type: TYPE,
  stream: 'RUN',
  unique: true,
  subject: (experiment, body) => subjects.pedestal(experiment, body.detector, body.run, body.camera),
  identity: body => `pedestal:${body.site}:${body.detector}:${body.run}:${body.camera}:${body.version}`,
  time: body => body.madeAt,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Pedestal, bytes),
};
