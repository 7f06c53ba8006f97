import type { JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import { formatHops, HEADERS, type Hops, type MessageType, parseHops } from '../../protocol/message.ts';
import type { Delivered, Outgoing, StreamId } from '../actor.ts';

/** Where a fold's output came from, as it travels in `Spillway-Cause`. */
export interface Cause {
  readonly stream: StreamId;
  readonly sequence: number;
  /** Index among the outputs of that one input. */
  readonly index: number;
}

export const formatCause = (cause: Cause): string => `${cause.stream}:${cause.sequence}/${cause.index}`;

export function parseCause(text: string | undefined): Cause | undefined {
  const [, stream, sequence, index] = /^([A-Z]+@\d+):(\d+)\/(\d+)$/.exec(text ?? '') ?? [];
  if (stream === undefined) return undefined;
  return { stream: stream as StreamId, sequence: Number(sequence), index: Number(index) };
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
  const identity = type.identity(body) + (cause ? `<${formatCause(cause)}` : '');
  header.set(HEADERS.identity, identity);
  header.set(HEADERS.type, type.type);
  header.set(HEADERS.hops, formatHops(hops));
  if (cause) header.set(HEADERS.cause, formatCause(cause));
  return { subject: type.subject(experiment, body), payload: type.encode(body), headers: header };
}

const hopsOf = (header: MsgHdrs | undefined): Hops => parseHops(header?.get(HEADERS.hops) ?? '');

/** Opens a delivered message with the one of the lane's types that its header names. */
export function open<Body>(
  message: JsMsg,
  stream: StreamId,
  types: readonly MessageType<Body>[],
): Delivered<Body> {
  const name = message.headers?.get(HEADERS.type);
  const type = types.find(candidate => candidate.type === name);
  if (!type) {
    const accepted = types.map(candidate => candidate.type).join(', ');
    throw new SpillwayError('MESSAGE_MALFORMED', `type ${name || '(none)'} is not one of ${accepted}`);
  }
  const origin = parseOrigin(message.headers?.get(HEADERS.origin));
  return {
    type: type.type,
    body: type.decode(message.data),
    identity: message.headers?.get(HEADERS.identity) ?? '',
    stream,
    sequence: message.seq,
    storedAt: message.info.timestampNanos / 1e6,
    subject: message.subject,
    hops: hopsOf(message.headers),
    ...(origin ? { origin } : {}),
  };
}
