import { type Consumer, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { SpillwayError } from '../../protocol/errors.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { firstSince } from '../host/first-since.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';

/** A consumer whose connection was made anew may wait for ever for what was on its way. */
const SILENT_MS = 10_000;
/** Consumers that brought nothing, one after the other, before NATS is given up on. */
const TRIES = 3;

/**
 * Every message of a stream from `startTime` (milliseconds since 1970) to its end as of now, in order.
 * @throws SpillwayError NATS_AWAY when it falls silent
 */
export async function* readStream(nats: Nats, stream: StreamName, startTime: number): AsyncGenerator<JsMsg> {
  const name = serverName(nats.experiment, stream);
  const { state } = await nats.jsm.streams.info(name);
  if (state.messages === 0 || Date.parse(state.last_ts) < startTime) return;
  let next = await firstSince(nats, stream, startTime);
  for (let tries = 0; tries < TRIES; tries++) {
    const consumer = await nats.js.consumers.get(name, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: next,
    });
    if ((await consumer.info()).num_pending === 0) return;
    for await (const message of untilSilent(consumer)) {
      yield message;
      // Nothing pending: the last one of the stream was taken out of it.
      if (message.seq >= state.last_seq || message.info.pending === 0) return;
      next = message.seq + 1;
      tries = 0;
    }
  }
  throw new SpillwayError('NATS_AWAY', `stream ${stream} does not give what it has from ${next} on`);
}

/** Ends when nothing has come for a while; what whoever reads does with a message takes as long as it takes. */
async function* untilSilent(consumer: Consumer): AsyncGenerator<JsMsg> {
  // A server that went away is noticed after two heartbeats.
  const messages = await consumer.consume({ max_messages: 500, expires: 5_000, idle_heartbeat: 1_000 });
  let waitingSince: number | undefined = performance.now();
  const watch = setInterval(() => {
    if (waitingSince !== undefined && performance.now() - waitingSince > SILENT_MS) void messages.close();
  }, SILENT_MS / 10);
  try {
    for await (const message of messages) {
      waitingSince = undefined;
      yield message;
      waitingSince = performance.now();
    }
  } finally {
    clearInterval(watch);
    await messages.close();
  }
}
