import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { SpillwayError } from '../../protocol/errors.ts';
import type { MessageType } from '../../protocol/message.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Delivered, Stretch } from '../actor.ts';
import { open } from './envelope.ts';
import type { Nats } from './nats.ts';
import { serverName, streamNow } from './streams.ts';

/** What has not come within this time will not come: the consumer's own retries would go on for ever. */
const DEADLINE_MS = 10_000;

/**
 * What a stream holds after a sequence, read through a consumer that leaves nothing behind: it asks the stream's leader, so
 * that nothing that was confirmed is missing. Messages of other types, those for one actor only and those that cannot be read
 * are passed by.
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
    for await (const raw of rawMessages(nats, name, after + 1, through)) {
      const known = types.some(({ type }) => type === raw.headers?.get(HEADERS.type));
      if (known && !raw.headers?.get(HEADERS.addressee)) messages.push(...readable(raw, stream, types));
    }
  return { stream, first, through, messages };
}

function readable<Body>(
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

async function* rawMessages(
  nats: Nats,
  name: StreamName,
  from: number,
  through: number,
): AsyncGenerator<JsMsg> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  const away = (cause?: unknown) =>
    new SpillwayError('NATS_AWAY', `stream ${name} does not give what it has`, { cause });
  try {
    const consumer = await nats.js.consumers.get(serverName(nats.experiment, name), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    // Asked before anything is consumed: where nothing is, nothing would ever come.
    if ((await consumer.info()).num_pending === 0) return;
    const messages = await consumer.consume({ max_messages: Math.min(1_000, through - from + 1) });
    late.addEventListener('abort', () => void messages.close(), { once: true });
    try {
      for await (const message of messages) {
        if (message.seq <= through) yield message;
        if (message.seq >= through || message.info.pending === 0) return;
      }
    } finally {
      await messages.close();
      await consumer.delete().catch(() => false);
    }
  } catch (cause) {
    throw away(cause);
  }
  throw away();
}
