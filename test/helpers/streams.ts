import type { StoredMsg } from '@nats-io/jetstream';
import { pino } from 'pino';
import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../../protocol/message.ts';
import type { Readings } from '../../protocol/messages/readings.ts';
import { readings } from '../../protocol/messages/readings.ts';
import { STREAMS, type StreamName } from '../../protocol/subjects.ts';
import { type Nats, openNats } from '../../runtime/host/nats.ts';
import { publish } from '../../runtime/host/publish.ts';
import { serverName } from '../../runtime/host/streams.ts';

export const silent = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

/** A connection of its own to a test's server, as one process has it. */
export const openTestNats = (url: string): Promise<Nats> =>
  openNats(
    { servers: [url], experiment: 'test', name: 'test', replicas: 1 },
    silent,
    AbortSignal.timeout(20_000),
  );

/** Readings of trigger number `n`, one device, whose value is `n`. */
export const readingsOf = (n: number, over: Partial<Readings> = {}): Readings => ({
  source: 'bd',
  mode: 'callback',
  trigger: 'A9',
  inOut: 'in',
  time: { seconds: 1_700_000_000 + n, nanoseconds: 0 },
  devices: [
    {
      name: 'E:TRTGTD',
      kind: 'float',
      units: 'E12',
      status: 0,
      seconds: 1_700_000_000 + n,
      milliseconds: 10,
      values: [n],
    },
  ],
  problems: [],
  ...over,
});

export const publishReadings = (nats: Nats, body: Readings) =>
  publish(nats, { type: readings, body }, [['triggered', 1]], { deadlineMs: 15_000 });

/** Every message of a stream, in order. */
export async function allMessages(nats: Nats, stream: StreamName): Promise<StoredMsg[]> {
  const name = serverName(nats.experiment, stream);
  const { state } = await nats.jsm.streams.info(name);
  const found: StoredMsg[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await nats.jsm.streams.getMessage(name, { seq });
    if (message) found.push(message);
  }
  return found;
}

export const countMessages = async (nats: Nats, stream: StreamName): Promise<number> =>
  (await nats.jsm.streams.info(serverName(nats.experiment, stream))).state.messages;

/** A number that travels in any stream: for tests of what carries messages, whatever they say. */
export const numberIn = (stream: StreamName, kind = 'number'): MessageType<{ readonly n: number }> => {
  const type = `${kind}/1`;
  const schema = z.strictObject({ n: z.number() });
  return {
    type,
    stream,
    subject: experiment => `${experiment}.${STREAMS[stream].space.replace('>', kind)}`,
    identity: ({ n }) => `${stream}:${kind}:${n}`,
    time: () => ({ seconds: 1_700_000_000, nanoseconds: 0 }),
    encode: encodeJson,
    decode: bytes => decodeJson(type, schema, bytes),
  };
};

export const publishNumber = (nats: Nats, stream: StreamName, n: number, kind?: string) =>
  publish(nats, { type: numberIn(stream, kind), body: { n } }, [], { deadlineMs: 15_000 });
