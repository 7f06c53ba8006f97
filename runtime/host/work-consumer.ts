import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiError,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos, type Subscription } from '@nats-io/transport-node';
import type { WorkLane } from '../actor.ts';
import type { Nats } from './nats.ts';
import { serverName } from './streams.ts';

/** JetStream's API error number. */
const CONSUMER_EXISTS = 10148;

/** Messages in hand or waiting for their next attempt, of all instances. */
const IN_HAND = 10_000;

/** Free slots that wait for a message, of all instances. */
const WAITING_SLOTS = 16_384;

/**
 * A pull is renewed this often; one that the server does not know any more is noticed after two heartbeats. `bind`: after a
 * reconnection the client pulls again at once instead of asking first, and a consumer that has gone shows all the same.
 */
const PULL = { max_messages: 1, expires: 15_000, idle_heartbeat: 2_000, bind: true };

/**
 * The consumer that all instances of a work lane share. Unlike those of other lanes it keeps the place itself, because no
 * instance knows what the others have done.
 * @param after where it begins if it must be made anew
 */
export async function shareConsumer(
  nats: Nats,
  lane: WorkLane,
  durable: string,
  after: number,
): Promise<Consumer> {
  const stream = serverName(nats.experiment, lane.stream);
  const changeable = {
    ack_wait: nanos(lane.vanishedAfterMs),
    max_ack_pending: IN_HAND,
    ...(lane.subject === undefined ? {} : { filter_subject: lane.subject }),
  } satisfies Partial<ConsumerConfig>;
  try {
    await nats.jsm.consumers.add(stream, {
      ...changeable,
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      // How often is enough, the lane decides: it puts aside what the server would only leave lying.
      max_deliver: -1,
      max_waiting: WAITING_SLOTS,
      ...(after === 0
        ? { deliver_policy: DeliverPolicy.All }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }),
    });
  } catch (thrown) {
    const exists = thrown instanceof JetStreamApiError && thrown.code === CONSUMER_EXISTS;
    if (!exists) throw thrown;
    // Made by another version or with other settings: the last to start is right.
    await nats.jsm.consumers.update(stream, durable, changeable);
  }
  return await nats.js.consumers.get(stream, durable);
}

/**
 * The next message; undefined when none came for a while, or the signal aborts. One that is on its way when the signal aborts
 * is returned too: dropped, it would be missing until its instance counts as vanished.
 * @throws what the client throws when the consumer has gone or does not answer
 */
export async function pull(consumer: Consumer, signal: AbortSignal): Promise<JsMsg | undefined> {
  const messages = await consumer.fetch(PULL);
  const leave = () => void drain(messages);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    for await (const message of messages) return message;
    return undefined;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Ends a pull once everything has arrived that the server sent before it knew. */
async function drain(messages: ConsumerMessages): Promise<void> {
  // The client's types leave its subscription out; closing the messages would forget what is on its way.
  const { sub } = messages as ConsumerMessages & { readonly sub: Subscription };
  await sub.drain().catch(() => undefined);
  await messages.close();
}
