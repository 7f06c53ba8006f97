import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'health/1';

/** What an instance is doing, in the order of a normal life. */
export const ActorState = {
  starting: 'starting',
  running: 'running',
  /** Waiting out a back-off after a failure. */
  failing: 'failing',
  draining: 'draining',
  stopped: 'stopped',
} as const;
export type ActorState = (typeof ActorState)[keyof typeof ActorState];

const LaneHealth = z.strictObject({
  stream: z.string(),
  name: z.string().optional().describe('of the lane, where the actor has several on the stream'),
  position: z.int().min(0).describe('last sequence whose effect has happened'),
  lag: z.int().min(0).describe('messages in the stream beyond the position'),
  rate: z.number().min(0).describe('messages handled per second since the last heartbeat'),
  retries: z.int().min(0).describe('attempts beyond the first, since the start'),
  dead: z.int().min(0).describe('messages given up on, since the start'),
});
export type LaneHealth = z.infer<typeof LaneHealth>;

/** `NOTICE/discord`: a lane in one word; the stream's name where the lane has none of its own. */
export const laneLabel = ({ stream, name }: LaneHealth): string =>
  name === undefined ? stream : `${stream}/${name}`;

const Latency = z.strictObject({
  count: z.int().min(0),
  p50: z.number().min(0).describe('milliseconds'),
  p99: z.number().min(0).describe('milliseconds'),
  max: z.number().min(0).describe('milliseconds'),
});

export const Health = z.strictObject({
  actor: z.string().min(1),
  instance: z.string().min(1).describe('host and process, e.g. daq1-4711'),
  pid: z.int(),
  host: z.string(),
  version: z.string(),
  startedAt: EventTime,
  at: EventTime,
  state: z.enum(ActorState),
  lanes: z.array(LaneHealth),
  counters: z.record(z.string(), z.number()).describe('counts since the start, by name{label="value"}'),
  figures: z.record(z.string(), z.number()).optional().describe('what the actor says of itself now, by name'),
  latencies: z.record(z.string(), Latency).describe('since the start'),
  lastError: z.string().optional().describe('code and message of the most recent failure'),
});

/** An actor instance says that it lives, how far it is and how fast. The last one per instance is kept. */
export type Health = z.infer<typeof Health>;

export const health: MessageType<Health> = {
  type: TYPE,
  stream: 'HEALTH',
  subject: (experiment, body) => subjects.health(experiment, body.actor, body.instance),
  identity: body => `${body.actor}:${body.instance}:${body.at.seconds}.${body.at.nanoseconds}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Health, bytes),
};
