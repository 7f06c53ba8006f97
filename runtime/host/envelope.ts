import type { JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import {
  formatHops,
  HEADERS,
  type HeaderReader,
  type Hops,
  type MessageType,
  parseHops,
} from '../../protocol/message.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Delivered, Outgoing, StreamId } from '../actor.ts';

/** Last sequences that are done, by stream. */
export type Positions = Readonly<Record<StreamId, number>>;

/** Where a fold's output came from, as it travels in `Spillway-Cause`. */
export interface Cause {
  readonly stream: StreamId;
  readonly sequence: number;
  /** Index among the outputs of that one input. */
  readonly index: number;
  /** How far the fold had come in its other streams, where it has several. */
  readonly others?: Positions;
}

/** The input alone: what tells outputs apart. */
const formatInput = ({ stream, sequence, index }: Cause): string => `${stream}:${sequence}/${index}`;

export const formatCause = (cause: Cause): string =>
  [
    formatInput(cause),
    ...Object.entries(cause.others ?? {}).map(([stream, sequence]) => `${stream}:${sequence}`),
  ].join(' ');

export function parseCause(text: string | undefined): Cause | undefined {
  const match = /^([A-Z]+@\d+):(\d+)\/(\d+)((?: [A-Z]+@\d+:\d+)*)$/.exec(text ?? '');
  const [, stream, sequence, index, rest = ''] = match ?? [];
  if (stream === undefined) return undefined;
  const others = rest.split(' ').flatMap(word => {
    const [other, position] = word.split(':');
    return other && position ? [[other, Number(position)] as const] : [];
  });
  return {
    stream: stream as StreamId,
    sequence: Number(sequence),
    index: Number(index),
    ...(others.length > 0 ? { others: Object.fromEntries(others) } : {}),
  };
}

/** How far a fold had come in each of its streams when it made an output. */
export const positionsAt = (cause: Cause | undefined): Positions =>
  cause ? { ...cause.others, [cause.stream]: cause.sequence } : {};

/**
 * Whether an output is new, given the last one in the output stream: of an input that had not been taken then, or
 * a later output of the same input.
 */
export function isNew(cause: Cause, last: Cause | undefined): boolean {
  if (!last) return true;
  if (cause.stream !== last.stream) return cause.sequence > (last.others?.[cause.stream] ?? 0);
  return cause.sequence > last.sequence || (cause.sequence === last.sequence && cause.index > last.index);
}

/** Where a replayed message stood first; undefined for any other message. */
export function parseOrigin(text: string | undefined): Delivered<unknown>['origin'] {
  const [, stream, sequence] = /^([A-Z]+@\d+):(\d+)$/.exec(text ?? '') ?? [];
  return stream === undefined ? undefined : { stream: stream as StreamId, sequence: Number(sequence) };
}

/** Subject, headers and payload of a message to be published. */
export function seal(experiment: string, outgoing: Outgoing, hops: Hops, cause?: Cause) {
  const { type, body } = outgoing;
  const header = headers();
  // A fold's output is told apart by its cause: two inputs that look alike are still two facts.
  const identity = type.identity(body) + (cause ? `<${formatInput(cause)}` : '');
  header.set(HEADERS.identity, identity);
  header.set(HEADERS.type, type.type);
  header.set(HEADERS.hops, formatHops(hops));
  if (cause) header.set(HEADERS.cause, formatCause(cause));
  return { subject: type.subject(experiment, body), payload: type.encode(body), headers: header };
}

const hopsOf = (header: MsgHdrs | undefined): Hops => parseHops(header?.get(HEADERS.hops) ?? '');

const NO_HEADER: HeaderReader = { get: () => '' };

/**
 * Opens a delivered message with the one of the lane's types that its header names. One without such a header comes from
 * outside, and is opened as the type that takes those.
 */
export function open<Body>(
  message: JsMsg,
  stream: StreamId,
  types: readonly MessageType<Body>[],
): Delivered<Body> {
  const name = message.headers?.get(HEADERS.type);
  const type = types.find(
    candidate =>
      (candidate.witness || (name ? candidate.type === name : candidate.bare)) &&
      stream.startsWith(`${candidate.stream}@`),
  );
  if (!type) {
    const accepted = types.map(candidate => candidate.type).join(', ');
    throw new SpillwayError('MESSAGE_MALFORMED', `type ${name || '(none)'} is not one of ${accepted}`);
  }
  const origin = parseOrigin(message.headers?.get(HEADERS.origin));
  const body = type.witness
    ? type.witness(message.headers ?? NO_HEADER, message.data)
    : type.decode(message.data);
  return {
    type: type.type,
    body,
    identity: message.headers?.get(HEADERS.identity) || (type.witness ? '' : type.identity(body)),
    stream,
    sequence: message.seq,
    storedAt: storedAt(message),
    subject: message.subject,
    hops: hopsOf(message.headers),
    ...(origin ? { origin } : {}),
  };
}

/** When JetStream stored a message. */
export const storedAt = (message: JsMsg): Milliseconds => message.info.timestampNanos / 1e6;
