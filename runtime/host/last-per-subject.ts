import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { HEADERS, type MessageType } from '../../protocol/message.ts';
import type { Delivered } from '../actor.ts';
import type { Nats } from './nats.ts';
import { readOnce } from './read-once.ts';
import { readable } from './read-stretch.ts';
import { streamNow } from './streams.ts';

/**
 * The last message of every subject that fits, in stream order; those of other types are passed over.
 * @throws SpillwayError NATS_AWAY; MESSAGE_MALFORMED for a body that does not fit its type
 */
export async function lastPerSubject<Body>(
  nats: Nats,
  type: MessageType<Body>,
  subject: string,
): Promise<Body[]> {
  return (await lastMessages(nats, type, subject)).map(({ data }) => type.decode(data));
}

/**
 * The same as an actor receives them; what cannot be read is passed over too. A replayed dead letter counts: it is the
 * fact that stood there, whoever it was replayed for.
 * @throws SpillwayError NATS_AWAY
 */
export async function latest<Body>(
  nats: Nats,
  type: MessageType<Body>,
  subject: string,
): Promise<Delivered<Body>[]> {
  const { id } = await streamNow(nats, type.stream);
  return (await lastMessages(nats, type, subject)).flatMap(raw => readable(raw, id, [type]));
}

async function lastMessages<Body>(nats: Nats, type: MessageType<Body>, subject: string): Promise<JsMsg[]> {
  // A consumer that had to be made anew in the middle gives later messages of subjects that it gave already.
  const last = new Map<string, JsMsg>();
  const which = { filter_subjects: subject, deliver_policy: DeliverPolicy.LastPerSubject };
  for await (const raw of readOnce(nats, type.stream, which)) last.set(raw.subject, raw);
  return [...last.values()]
    .filter(({ headers }) => headers?.get(HEADERS.type) === type.type)
    .toSorted((one, other) => one.seq - other.seq);
}
