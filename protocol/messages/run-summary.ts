import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity } from './raw-event.ts';

const TYPE = 'run-summary/1';

const { site, detector, run } = EventIdentity;
const count = z.int().min(0);
const measured = z.number().nullable();

export const RunSummary = z.strictObject({
  site,
  detector,
  run,
  version: z.int().min(1).describe('counts the summaries of this run'),
  complete: z.boolean().describe('the run has ended and every raw event of it has its reconstruction'),
  startedAt: EventTime,
  endedAt: EventTime.nullable().describe('null while it goes on'),
  pedestal: z.boolean(),
  expected: count.nullable().describe('raw events of cameras; null while it goes on'),
  events: count.describe('reconstructions seen'),
  reconstructed: count,
  sampledOut: count,
  noPicture: count,
  sparks: count.describe('pictures that are sparks'),
  pictures: count.describe('pictures that are none'),
  clusters: count,
  waveforms: count,
  /** Seconds in which the camera was open: events with a picture times exposure; null where the run does not say it. */
  liveSeconds: measured,
  elapsedSeconds: measured.describe('from the first to the last event, plus one exposure'),
  clusterRate: measured.describe('clusters a live second'),
  sparkRate: measured.describe('sparks a live second'),
  lightYield: z
    .strictObject({ peak: z.number(), error: z.number(), sigma: z.number(), spots: count })
    .nullable()
    .describe(
      'of iron-55 spots: position, its error and width of the peak in sc_integral, counts, and spots in its window; null when there is none',
    ),
  meanIntegral: measured.describe('mean sc_integral of the clusters told of, counts'),
  at: EventTime.describe('storage time of the last message that is in it'),
});

/** What a run amounts to. Does not depend on the order in which events were reconstructed. */
export type RunSummary = z.infer<typeof RunSummary>;

export const runSummary: MessageType<RunSummary> = {
  type: TYPE,
  stream: 'SUMMARY',
  subject: (experiment, body) => subjects.runSummary(experiment, body.detector, body.run),
  identity: body => `${body.site}:${body.detector}:${body.run}:${body.version}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, RunSummary, bytes),
};
