import { createHash } from 'node:crypto';
import { bodyNames } from '../../protocol/body-names.ts';
import type { RawEvent } from '../../protocol/messages/raw-event.ts';
import type { RunEnd } from '../../protocol/messages/run-transition.ts';
import { BankKind, encodeDataEvent, type WrittenBank } from '../../protocol/midas/midas.ts';
import type { EventStore } from '../../runtime/event-store/event-store.ts';

export interface EventShape {
  readonly run?: number;
  readonly serial?: number;
  readonly copy?: number;
  readonly equipment?: string;
  readonly runOf?: Partial<RawEvent['runOf']>;
}

const startOf = (run: number) => ({ seconds: 1_700_000_000 + 600 * run, nanoseconds: 0 });

/** A reference to a body that lies in no store. */
export function rawEventOf(bytes: Uint8Array, shape: EventShape = {}): RawEvent {
  const { run = 5, serial = 0, copy = 0, equipment = 'Trigger', runOf = {} } = shape;
  const identity = { site: 'lngs', detector: 'lime', run, equipment, serial, copy };
  return {
    ...identity,
    eventId: 1,
    triggerMask: 0,
    time: { seconds: startOf(run).seconds + serial, nanoseconds: 0 },
    runOf: { startedAt: startOf(run), pedestal: false, highVoltage: true, exposure: 0.3, ...runOf },
    body: {
      name: bodyNames.event(identity),
      bytes: bytes.length,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    },
    source: { name: `run0000${run}.mid`, offset: 0 },
  };
}

/** The same with its body in a store. */
export async function storedEvent(
  store: EventStore,
  bytes: Uint8Array,
  shape: EventShape = {},
): Promise<RawEvent> {
  const event = rawEventOf(bytes, shape);
  await store.put(event.body.name, bytes);
  return event;
}

/** An event of the data acquisition with pictures, camera by camera, and further banks. */
export const eventBytes = (
  pictures: readonly Uint16Array[],
  banks: readonly WrittenBank[] = [],
  serial = 0,
): Uint8Array =>
  encodeDataEvent({ id: 1, triggerMask: 0, serial, time: 1_700_000_000 }, BankKind.wide, [
    ...pictures.map((values, camera) => ({ name: `CAM${camera}`, type: 4, values })),
    ...banks,
  ]);

/** The end of a pedestal run of these events. */
export const pedestalRunEnd = (events: readonly RawEvent[], over: Partial<RunEnd> = {}): RunEnd => ({
  site: 'lngs',
  detector: 'lime',
  run: 4,
  startedAt: startOf(4),
  pedestal: true,
  highVoltage: false,
  exposure: 0.3,
  endedAt: { ...startOf(4), seconds: startOf(4).seconds + 60 },
  ending: 'end-of-run',
  error: null,
  equipment: {},
  rawEvents: events.length,
  bytes: events.reduce((sum, { body }) => sum + body.bytes, 0),
  ...over,
});
