import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import type { StreamName } from '../../protocol/subjects.ts';
import { firstSince } from '../host/first-since.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';

/** Every message of a stream from `startTime` (milliseconds since 1970) to its end as of now, in order. */
export async function* readStream(nats: Nats, stream: StreamName, startTime: number): AsyncGenerator<JsMsg> {
  const name = serverName(nats.experiment, stream);
  const { state } = await nats.jsm.streams.info(name);
  if (state.messages === 0 || Date.parse(state.last_ts) < startTime) return;
  const consumer = await nats.js.consumers.get(name, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: await firstSince(nats, stream, startTime),
  });
  if ((await consumer.info()).num_pending === 0) return;
  // A server that went away is noticed after two heartbeats.
  const messages = await consumer.consume({ max_messages: 500, expires: 5_000, idle_heartbeat: 1_000 });
  try {
    for await (const message of messages) {
      yield message;
      // Nothing pending: the last one of the stream was taken out of it.
      if (message.seq >= state.last_seq || message.info.pending === 0) return;
    }
  } finally {
    await messages.close();
  }
}
