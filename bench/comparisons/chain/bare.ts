import { AckPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { EXPERIMENT, type Scene } from '../scene.ts';

const GIB = 2 ** 30;

/** What the chain puts through JetStream for a callback: its readings, and the record made of them. */
export type Bytes = Readonly<Record<'BEAM' | 'SPILL', Uint8Array>>;

const SUBJECT = { BEAM: 'beam.readings.A9', SPILL: 'spill.record.in' } as const;
const STREAMS = ['BEAM', 'SPILL'] as const;

/** The client of NATS alone, on streams of its own that are configured alike, publishing and consuming the same bytes. */
export interface Bare extends AsyncDisposable {
  /** Publishes both messages of one callback, one after the other. */
  spill(): Promise<void>;
  /** Publishes one, and resolves when it has been consumed. */
  roundTrip(): Promise<void>;
  /** Resolves when every message published has been consumed and acknowledged. */
  consumed(): Promise<void>;
}

export async function bareClient(scene: Scene, bytes: Bytes): Promise<Bare> {
  const nats = scene.connection;
  const seen = { BEAM: 0, SPILL: 0 };
  let news = Promise.withResolvers<void>();
  const consumers: ConsumerMessages[] = [];
  for (const stream of STREAMS) {
    const name = serverName('bare', stream);
    const { config } = await nats.jsm.streams.info(serverName(EXPERIMENT, stream));
    await nats.jsm.streams.add({ ...config, name, subjects: [`bare.${SUBJECT[stream]}`], max_bytes: GIB });
    await nats.jsm.consumers.add(name, { durable_name: 'bare', ack_policy: AckPolicy.Explicit });
    const consumer = await nats.js.consumers.get(name, 'bare');
    const messages = await consumer.consume();
    consumers.push(messages);
    void (async () => {
      for await (const message of messages) {
        message.ack();
        seen[stream]++;
        news.resolve();
        news = Promise.withResolvers();
      }
    })();
  }
  let told = 0;
  const count = { BEAM: 0, SPILL: 0 };
  const send = (stream: 'BEAM' | 'SPILL') => {
    count[stream]++;
    return publish(nats, stream, bytes[stream], ++told);
  };
  return {
    async spill() {
      await send('BEAM');
      await send('SPILL');
    },
    async roundTrip() {
      await send('BEAM');
      while (seen.BEAM < count.BEAM) await news.promise;
    },
    async consumed() {
      while (STREAMS.some(stream => seen[stream] < count[stream])) await news.promise;
    },
    async [Symbol.asyncDispose]() {
      for (const messages of consumers) await messages.close();
    },
  };
}

function publish({ js }: Nats, stream: 'BEAM' | 'SPILL', payload: Uint8Array, n: number): Promise<unknown> {
  const header = headers();
  header.set('Nats-Msg-Id', `bare-${n}`);
  return js.publish(`bare.${SUBJECT[stream]}`, payload, { headers: header, timeout: 20_000 });
}
