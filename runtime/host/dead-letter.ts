import type { JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import {
  type DeadLetter,
  deadLetterHeaders,
  deadLetterIdentity,
} from '../../protocol/messages/dead-letter.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { StreamId } from '../actor.ts';
import { redact } from '../log.ts';
import type { Nats } from './nats.ts';
import { laneName } from './state.ts';

/**
 * Puts a message aside with the reason. Resolves only once it is stored: until then the lane must not go on, for a
 * message neither handled nor kept would be lost.
 */
export async function putAside(
  nats: Nats,
  actor: string,
  lane: string | undefined,
  message: JsMsg,
  stream: StreamId,
  error: SpillwayError,
  attempts: number,
): Promise<DeadLetter> {
  const letter: DeadLetter = {
    actor,
    code: error.code,
    // Servers repeat in their errors what they were given.
    reason: redact(error.message),
    attempts,
    stream,
    sequence: message.seq,
    subject: message.subject,
  };
  const header = headers();
  for (const [name, values] of message.headers ?? []) {
    // What JetStream itself reads must not act a second time.
    if (!name.startsWith('Nats-')) for (const value of values) header.append(name, value);
  }
  // A replay is for the lane that gave up, where the actor has several on the stream.
  if (lane !== undefined) header.set(HEADERS.addressee, laneName(actor, lane));
  header.set(HEADERS.identity, deadLetterIdentity(letter) + (lane === undefined ? '' : `/${lane}`));
  const tell = (what: DeadLetter) => {
    for (const [name, value] of deadLetterHeaders(what)) header.set(name, value);
  };
  tell(letter);
  const limit = nats.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  let body = message.data;
  if (body.length + sizeOf(header) > limit) {
    // The largest message that a server takes has no room for a reason beside it. Not to be put aside would hold up all behind it.
    tell({ ...letter, wholeBytes: body.length });
    body = body.subarray(0, Math.max(0, limit - sizeOf(header)));
  }
  await nats.js.publish(subjects.dead(nats.experiment, actor), body, { headers: header });
  return letter;
}

/** Bytes that headers take on the wire, which count against the largest payload (NATS client protocol, HPUB). */
function sizeOf(header: MsgHdrs): number {
  let bytes = 'NATS/1.0\r\n\r\n'.length;
  for (const [name, values] of header)
    for (const value of values) bytes += Buffer.byteLength(`${name}: ${value}\r\n`);
  return bytes;
}
