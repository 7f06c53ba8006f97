import type { JsMsg, OrderedConsumerOptions } from '@nats-io/jetstream';
import type { StreamName } from '../../protocol/subjects.ts';
import { natsFailure } from './forbidden.ts';
import type { Nats } from './nats.ts';
import { serverName } from './streams.ts';

/** What has not come within this time will not come: the consumer's own retries would go on for ever. */
const DEADLINE_MS = 10_000;

/** Messages asked for at a time, at most. */
const AT_A_TIME = 1_000;

/**
 * What a stream holds, in order, through a consumer that leaves nothing behind: it asks the stream's leader, so that nothing
 * that was confirmed is missing.
 * @param through the sequence to stop at, where there are messages behind it
 * @throws SpillwayError NATS_AWAY
 */
export async function* readOnce(
  nats: Nats,
  name: StreamName,
  which: Partial<OrderedConsumerOptions>,
  through = Number.POSITIVE_INFINITY,
): AsyncGenerator<JsMsg> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  const away = (cause?: unknown) =>
    natsFailure('NATS_AWAY', `stream ${name} does not give what it has`, cause);
  try {
    const consumer = await nats.js.consumers.get(serverName(nats.experiment, name), which);
    // Asked before anything is consumed: where nothing is, nothing would ever come.
    const { num_pending } = await consumer.info();
    if (num_pending === 0) return;
    const messages = await consumer.consume({ max_messages: Math.min(AT_A_TIME, num_pending) });
    late.addEventListener('abort', () => void messages.close(), { once: true });
    try {
      for await (const message of messages) {
        yield message;
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
