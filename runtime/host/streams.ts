import {
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { STREAMS, type StreamName, type StreamSpec, subjects } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { StreamId } from '../actor.ts';
import { OPERATOR } from '../nats-access/user.ts';
import { pause } from './back-off.ts';
import { ensureStream } from './ensure-stream.ts';
import { natsFailure } from './forbidden.ts';
import type { Nats } from './nats.ts';
import { type Site, sourcesOf } from './sites.ts';
import { stateStream } from './state-bucket.ts';

/** A stream's name on the server: experiments share a server without sharing streams. */
export const serverName = (experiment: string, stream: StreamName): string =>
  `${experiment.toUpperCase()}_${stream}`;

const streamConfig = (
  experiment: string,
  name: StreamName,
  replicas: number,
  sites: readonly Site[] | undefined,
) => {
  const spec: StreamSpec = STREAMS[name];
  return {
    name: serverName(experiment, name),
    description: spec.summary,
    subjects: [subjects.ofStream(experiment, name)],
    // What anyone may still need to replay stays, whoever has consumed it.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    compression: StoreCompression.S2,
    num_replicas: replicas,
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    max_msgs_per_subject: spec.maxPerSubject ?? -1,
    duplicate_window: nanos(spec.duplicateWindowMs),
    allow_direct: true,
    // Who does not know of sites must not take them away.
    ...(sites === undefined ? {} : { sources: sourcesOf(sites, name, serverName(experiment, name)) }),
  } satisfies Partial<StreamConfig>;
};

/**
 * Creates what is missing and brings limits up to the table; never deletes.
 * @param sites remote sites whose streams are taken over; what is there stays when undefined
 */
export async function ensureStreams(
  jsm: JetStreamManager,
  experiment: string,
  replicas: number,
  sites?: readonly Site[],
) {
  for (const name of Object.keys(STREAMS) as StreamName[])
    await ensureStream(jsm, streamConfig(experiment, name, replicas, sites));
}

const LOOK_EVERY_MS: Milliseconds = 300;

/** Waits until an operator has made the streams. @throws SpillwayError STREAMS_MISSING when the signal aborts before */
export async function awaitStreams(
  jsm: JetStreamManager,
  experiment: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const wanted = (Object.keys(STREAMS) as StreamName[]).map(name => serverName(experiment, name));
  for (let told = false; ; told = true) {
    const there = new Set(await Array.fromAsync(jsm.streams.names()));
    const missing = [...wanted, stateStream(experiment)].filter(name => !there.has(name));
    if (missing.length === 0) return;
    const message = `NATS has no ${missing.join(', ')}; \`spillway streams\` makes them, as ${OPERATOR}`;
    if (signal.aborted) throw new SpillwayError('STREAMS_MISSING', message);
    if (!told) log.warn({ code: 'STREAMS_MISSING' }, `waiting: ${message}`);
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Name and birth of a stream: what positions in it are tied to. */
export async function streamId(
  jsm: JetStreamManager,
  experiment: string,
  name: StreamName,
): Promise<StreamId> {
  const info = await jsm.streams.info(serverName(experiment, name));
  return `${name}@${Date.parse(info.created)}`;
}

/** What a stream says of itself at one moment. */
export interface StreamNow {
  readonly id: StreamId;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Of a message with all it takes in the stream; NaN when there is none. */
  readonly meanBytes: number;
  /** The server's clock, read after the sequences. */
  readonly serverTime: Milliseconds;
}

/** @throws SpillwayError NATS_AWAY when the stream does not answer or is not there. */
export async function streamNow(nats: Nats, name: StreamName): Promise<StreamNow> {
  try {
    const { created, state, ts } = await nats.jsm.streams.info(serverName(nats.experiment, name));
    return {
      id: `${name}@${Date.parse(created)}`,
      // What is left of an empty stream begins with what comes next.
      firstSequence: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
      lastSequence: state.last_seq,
      meanBytes: state.bytes / state.messages,
      serverTime: parseServerTime(ts ?? ''),
    };
  } catch (cause) {
    throw natsFailure('NATS_AWAY', `stream ${name} does not answer`, cause);
  }
}

/** RFC 3339 with up to nine digits of a second, which `Date` would cut to three; NaN for anything else. */
export function parseServerTime(text: string): Milliseconds {
  const [, seconds = '', fraction = ''] = /^([^.Z]+)(\.\d+)?Z$/.exec(text) ?? [];
  return Date.parse(`${seconds}Z`) + Number(`0${fraction}`) * 1000;
}

/** Sequence of the first message from `sequence` on, of this subject where one is given; undefined when there is none. */
export async function firstFrom(
  nats: Nats,
  name: StreamName,
  sequence: number,
  subject = subjects.ofStream(nats.experiment, name),
): Promise<number | undefined> {
  // The client's types know this query only for direct gets, which a replica that lags behind may answer.
  const query = { seq: sequence, next_by_subj: subject };
  const found = await nats.jsm.streams.getMessage(serverName(nats.experiment, name), query);
  return found?.seq;
}
