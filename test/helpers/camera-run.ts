import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageType } from '../../protocol/message.ts';
import { type RawEvent, rawEvent } from '../../protocol/messages/raw-event.ts';
import { runEnd } from '../../protocol/messages/run-transition.ts';
import { bucketName } from '../../runtime/event-store/jetstream/bucket.ts';
import { jetStreamEventStore } from '../../runtime/event-store/jetstream/store.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { publish } from '../../runtime/host/publish.ts';
import { pedestalRunEnd, storedEvent } from './camera-events.ts';

/** Whoever uses the store must state the same. */
const STORE_BYTES = 2 ** 30;

export const bodiesOf = ({ connection, experiment }: Nats) =>
  jetStreamEventStore(connection, { name: bucketName(experiment), maxBytes: STORE_BYTES, replicas: 1 });

const stored = <Body>(nats: Nats, type: MessageType<Body>, body: Body) =>
  publish(nats, { type, body }, [], { deadlineMs: 30_000 });

/** Puts events into the store and tells of them, as an intake does; a pedestal run with its end, of run 4. */
export async function takeRun(
  nats: Nats,
  bodies: readonly Uint8Array[],
  kind: 'pedestal' | 'data',
): Promise<RawEvent[]> {
  const store = bodiesOf(nats);
  const isPedestal = kind === 'pedestal';
  const runOf = { pedestal: isPedestal, highVoltage: !isPedestal };
  const events: RawEvent[] = [];
  for (const [serial, bytes] of bodies.entries()) {
    const event = await storedEvent(store, bytes, { run: isPedestal ? 4 : 5, serial, runOf });
    await stored(nats, rawEvent, event);
    events.push(event);
  }
  if (isPedestal) await stored(nats, runEnd, pedestalRunEnd(events));
  return events;
}

/** A configuration for processes that work on such runs. */
export async function cameraConfig(
  directory: string,
  url: string,
  actors: Readonly<Record<string, unknown>>,
  name = 'camera.yaml',
): Promise<string> {
  const path = join(directory, name);
  const config = {
    experiment: 'test',
    dataDirectory: directory,
    nats: { servers: [url] },
    store: { url: 'http://127.0.0.1:1' },
    eventStore: { maxBytes: `${STORE_BYTES}B` },
    heartbeat: '200ms',
    actors,
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}
