import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { SpillwayError } from '../../protocol/errors.ts';
import type { MessageType } from '../../protocol/message.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Delivered, Stretch } from '../actor.ts';
import { open } from './envelope.ts';
import type { Nats } from './nats.ts';
import { readOnce } from './read-once.ts';
import { streamNow } from './streams.ts';

/**
 * What a stream holds after a sequence. Messages of other types, those for one actor only and those that cannot be read are
 * passed by.
 * @param limit sequences looked at, at most
 * @throws SpillwayError NATS_AWAY
 */
export async function readStretch<Body>(
  nats: Nats,
  name: StreamName,
  types: readonly MessageType<Body>[],
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Stretch<Body>> {
  const { id: stream, firstSequence: first, lastSequence } = await streamNow(nats, name);
  const through = Math.max(after, Math.min(lastSequence, after + limit));
  const messages: Delivered<Body>[] = [];
  if (through >= Math.max(first, after + 1))
    for await (const raw of readOnce(nats, name, from(after + 1), through)) {
      const known = types.some(({ type }) => type === raw.headers?.get(HEADERS.type));
      if (raw.seq <= through && known && !raw.headers?.get(HEADERS.addressee))
        messages.push(...readable(raw, stream, types));
    }
  return { stream, first, last: lastSequence, through, messages };
}

const from = (sequence: number) => ({
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: sequence,
});

/** The message, unless it cannot be read. */
export function readable<Body>(
  raw: JsMsg,
  stream: Delivered<Body>['stream'],
  types: readonly MessageType<Body>[],
): Delivered<Body>[] {
  try {
    return [open(raw, stream, types)];
  } catch (thrown) {
    if (thrown instanceof SpillwayError) return [];
    throw thrown;
  }
}
