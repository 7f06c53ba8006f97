import { DeliverPolicy } from '@nats-io/jetstream';
import { HEADERS, type MessageType } from '../../protocol/message.ts';
import type { Nats } from './nats.ts';
import { serverName } from './streams.ts';

/**
 * The last message of every subject below `subject`, in stream order; those of other types are passed over.
 * @throws SpillwayError MESSAGE_MALFORMED for a body that does not fit its type
 */
export async function lastPerSubject<Body>(
  nats: Nats,
  type: MessageType<Body>,
  subject: string,
): Promise<Body[]> {
  const consumer = await nats.js.consumers.get(serverName(nats.experiment, type.stream), {
    filter_subjects: subject,
    deliver_policy: DeliverPolicy.LastPerSubject,
  });
  const bodies: Body[] = [];
  // Asked before anything is consumed: where nothing is, nothing would ever come.
  let left = (await consumer.info()).num_pending;
  if (left === 0) return bodies;
  const messages = await consumer.consume();
  for await (const message of messages) {
    if (message.headers?.get(HEADERS.type) === type.type) bodies.push(type.decode(message.data));
    left = message.info.pending;
    if (left === 0) break;
  }
  await messages.close();
  return bodies;
}
