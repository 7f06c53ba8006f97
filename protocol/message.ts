import { SpillwayError } from './errors.ts';
import type { StreamName } from './subjects.ts';
import type { EventTime } from './time.ts';

/**
 * A message is a fact: a subject, an event time, an identity and a typed body. One file in `messages/`
 * declares each kind with this shape.
 */
export interface MessageType<Body> {
  /** Name and version as they travel in the `Spillway-Type` header, e.g. `readings/1`. */
  readonly type: string;
  readonly stream: StreamName;
  /** Set on the one type of a stream that a message without a `Spillway-Type` header is: anybody may publish it by hand. */
  readonly bare?: boolean;
  /**
   * Set where the subject itself tells the fact from every other: JetStream then refuses a second message under it, however
   * late it comes. A producer that does its work again after a crash needs no memory and no time window.
   */
  readonly unique?: boolean;
  subject(experiment: string, body: Body): string;
  /** Equal for the same fact, whoever tells it and however often: becomes `Nats-Msg-Id`. */
  identity(body: Body): string;
  /** When it happened at the source, never when we saw it. */
  time(body: Body): EventTime;
  encode(body: Body): Uint8Array;
  /** @throws SpillwayError MESSAGE_MALFORMED, naming the place. */
  decode(bytes: Uint8Array): Body;
  /**
   * Set on a type that takes every message of its stream, whatever its kind, its contents, and whomever it is addressed to: for a
   * fold that keeps account of messages rather than of what they say. Must not throw.
   */
  witness?(header: HeaderReader, bytes: Uint8Array): Body;
}

/** What NATS's header objects have in common with a `Headers`; empty text where there is none of the name. */
export interface HeaderReader {
  get(name: string): string;
}

/** Header names. The envelope travels in headers so that a body may be raw bytes. */
export const HEADERS = {
  /** JetStream's own deduplication key. */
  identity: 'Nats-Msg-Id',
  type: 'Spillway-Type',
  /**
   * Input that this message was made from: `<stream>@<stream created, ms>:<sequence>/<index of output>`; then, where its
   * maker merges several streams, how far it was in each other one: ` <stream>@<stream created, ms>:<sequence>`.
   */
  cause: 'Spillway-Cause',
  /** `name=<microseconds since 1970>` per hop, joined by `;`, oldest first. */
  hops: 'Spillway-Hops',
  /** Name of the one actor a replayed dead letter is for; every other actor passes it by. */
  addressee: 'Spillway-For',
  /** Where a replayed message stood first: `<stream>@<stream created, ms>:<sequence>`. */
  origin: 'Spillway-Origin',
} as const;

/** When each hop saw a message, oldest first; times in milliseconds since 1970. */
export type Hops = readonly (readonly [hop: string, timeMs: number])[];

export const formatHops = (hops: Hops): string =>
  hops.map(([hop, timeMs]) => `${hop}=${Math.round(timeMs * 1000)}`).join(';');

export const parseHops = (text: string): Hops =>
  text
    .split(';')
    .filter(part => part.includes('='))
    .map(part => {
      const cut = part.indexOf('=');
      return [part.slice(0, cut), Number(part.slice(cut + 1)) / 1000] as const;
    });

const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** JSON bytes of a structured body. */
export const encodeJson = (body: unknown): Uint8Array => encoder.encode(JSON.stringify(body));

/** The shape `decodeJson` needs of a schema: zod's, without importing it here. */
interface Parser<Body> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: Body }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

/**
 * A structured body from JSON bytes, checked against its schema.
 * @throws SpillwayError MESSAGE_MALFORMED with the path of the first field that does not fit.
 */
export function decodeJson<Body>(type: string, schema: Parser<Body>, bytes: Uint8Array): Body {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new SpillwayError('MESSAGE_MALFORMED', `${type}: not JSON in UTF-8`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const place = first?.path.map(String).join('.') || 'body';
  throw new SpillwayError('MESSAGE_MALFORMED', `${type}: ${place}: ${first?.message ?? 'invalid'}`);
}
