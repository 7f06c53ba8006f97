import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, ConsumerMessages, StreamInfo } from '@nats-io/jetstream';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';

/** An object of which some members are others. */
export const but = <T extends object>(thing: T, members: Partial<T>): T =>
  Object.create(thing, Object.getOwnPropertyDescriptors(members)) as T;

/** A NATS on which messages of a stream are on their way for as long as `delayMs` says. */
export function slow(nats: Nats, stream: StreamName, delayMs: () => number): Nats {
  const { consumers } = nats.js;
  const late = (messages: ConsumerMessages): ConsumerMessages =>
    but(messages, {
      async *[Symbol.asyncIterator]() {
        for await (const message of messages) {
          await delay(delayMs());
          yield message;
        }
      },
      close: () => messages.close(),
    });
  const get = async (name: string, durable: string): Promise<Consumer> => {
    const consumer = await consumers.get(name, durable);
    if (name !== serverName(nats.experiment, stream)) return consumer;
    return but(consumer, { consume: async options => late(await consumer.consume(options)) });
  };
  return {
    ...nats,
    js: but(nats.js, { consumers: but(consumers, { get }) }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A NATS on which what streams say of themselves is changed on its way. */
export function telling(nats: Nats, change: (info: StreamInfo) => Promise<StreamInfo> | StreamInfo): Nats {
  const { streams } = nats.jsm;
  const info: typeof streams.info = async (name, options) => change(await streams.info(name, options));
  return {
    ...nats,
    jsm: but(nats.jsm, { streams: but(streams, { info }) }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A NATS on which every stream claims that nothing older can come: then the order is what arrives first. */
export const hasty = (nats: Nats): Nats =>
  telling(nats, info => ({
    ...info,
    ts: new Date(Date.now() + 3_600_000).toISOString(),
    state: { ...info.state, last_seq: 0 },
  }));
