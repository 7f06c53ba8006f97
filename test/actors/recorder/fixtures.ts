import { pino } from 'pino';
import { recorder } from '../../../actors/recorder/actor.ts';
import { RecorderConfig } from '../../../actors/recorder/config.ts';
import type { Hops } from '../../../protocol/message.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import type { LedgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import type { LedgerGap } from '../../../protocol/messages/ledger-gap.ts';
import {
  type DeviceReading,
  type Readings,
  readings,
  travelling,
} from '../../../protocol/messages/readings.ts';
import { packRecord, type SpillRecord } from '../../../protocol/messages/spill-record.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type {
  ActorContext,
  Batch,
  BatchLane,
  Delivered,
  Outgoing,
  RunningActor,
  StreamId,
  Stretch,
} from '../../../runtime/actor.ts';
import type { StoreOptions } from '../../../runtime/store/connection.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';

/** The recorder on a store, with its lanes by stream, as the host would hold them. */
export async function startRecorder(
  store: StoreOptions,
  streams: readonly Delivered<unknown>[] = [],
): Promise<
  RunningActor & {
    lane(stream: StreamName): BatchLane;
    readonly published: readonly Outgoing[];
    readonly counts: ReadonlyMap<string, number>;
  }
> {
  const published: Outgoing[] = [];
  const counts = new Map<string, number>();
  const context: ActorContext = {
    experiment: 'test',
    instance: 'test',
    dataDirectory: '/nowhere',
    store,
    eventStore: memoryEventStore(),
    log: pino({ level: 'silent' }),
    clock: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    signal: new AbortController().signal,
    publish: async message => ({ sequence: published.push(message), duplicate: false }),
    ask: () => Promise.reject(new Error('the recorder asks nothing')),
    read: async (name, _types, range) => stretchOf(streams, name, range) as Stretch<never>,
    latest: () => Promise.reject(new Error('the recorder reads what its lanes are given')),
    consumersOf: () => Promise.reject(new Error('the recorder asks after nobody')),
    deadLetters: async () => [],
    count: (name, labels = {}, by = 1) => {
      const key = [name, ...Object.values(labels)].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe: () => {},
  };
  const actor = await recorder.start(RecorderConfig.parse({}), context);
  return {
    ...actor,
    published,
    counts,
    lane(stream) {
      const lane = actor.lanes.find(lane => lane.kind === 'batch' && lane.stream === stream);
      if (lane?.kind !== 'batch') throw new Error(`no batch lane for ${stream}`);
      return lane;
    },
    [Symbol.asyncDispose]: () => actor[Symbol.asyncDispose](),
  };
}

/** What a stream of the name holds of the messages after a sequence. */
function stretchOf(
  messages: readonly Delivered<unknown>[],
  name: StreamName,
  { after, limit }: { readonly after: number; readonly limit: number },
): Stretch<unknown> {
  const held = messages.filter(({ stream }) => stream.startsWith(`${name}@`));
  const last = Math.max(0, ...held.map(({ sequence }) => sequence));
  const through = Math.max(after, Math.min(last, after + limit));
  return {
    stream: held[0]?.stream ?? `${name}@1`,
    first: Math.min(last + 1, ...held.map(({ sequence }) => sequence)),
    last,
    through,
    messages: held.filter(({ sequence }) => sequence > after && sequence <= through),
  };
}

const HOPS: Hops = [
  ['received', 1_795_000_000_000.125],
  ['accepted', 1_795_000_000_001.25],
];

/** A batch as the host makes it: consecutive sequences from `first`. */
export function batchOf<Body>(stream: StreamId, first: number, bodies: readonly Body[]): Batch<Body> {
  const messages = bodies.map(
    (body, index): Delivered<Body> => ({
      type: stream.startsWith('BEAM@') ? readings.type : 'test/1',
      body,
      identity: `${first + index}`,
      stream,
      sequence: first + index,
      storedAt: 1_795_000_000_002,
      subject: 'test',
      hops: HOPS,
    }),
  );
  return {
    messages,
    token: `${stream}:${first}-${first + bodies.length - 1}`,
    afterRefusal: false,
    again: false,
  };
}

export const device = (
  name: string,
  values: readonly number[],
  more: Partial<DeviceReading> = {},
): DeviceReading => ({
  name,
  kind: 'float',
  units: 'mm',
  status: 0,
  seconds: 1_795_000_000,
  milliseconds: 123,
  ...travelling(values),
  ...more,
});

export const readingsOf = (
  second: number,
  devices: readonly DeviceReading[],
  problems: Readings['problems'] = [],
): Readings => ({
  source: 'beams',
  mode: 'callback',
  trigger: 'A9',
  inOut: 'in',
  time: { seconds: second, nanoseconds: 123_456_789 },
  devices: [...devices],
  problems,
});

export const recordOf = (spillCount: number): SpillRecord =>
  packRecord(
    {
      simulated: true,
      detector: 'near',
      time: { seconds: 1_795_000_000 + spillCount, nanoseconds: 5 },
      spillCount,
      inOut: 'in',
      devices: [
        { name: 'E:TRTGTD', kind: 'float', seconds: 1, milliseconds: 2, values: [spillCount] },
        { name: 'E:HPTGT', kind: 'float', seconds: 1, milliseconds: 2, values: [1, 2, 3] },
      ],
    },
    { minor: 2 },
  );

export const heartbeat: Health = {
  actor: 'recorder',
  instance: 'daq1-1',
  pid: 4711,
  host: 'daq1',
  version: '0.1.0',
  startedAt: { seconds: 1_795_000_000, nanoseconds: 0 },
  at: { seconds: 1_795_000_001, nanoseconds: 500_000_000 },
  state: 'running',
  lanes: [{ stream: 'BEAM', position: 7, lag: 3, rate: 0.5, retries: 1, dead: 0 }],
  counters: { 'rows{table=readings}': 12 },
  latencies: { insert: { count: 2, p50: 1.5, p99: 2.5, max: 3 } },
};

export const reached: LedgerEntry = {
  stage: 'filed',
  stream: 'SPILL@1',
  first: 1,
  last: 10,
  count: 10,
  at: { seconds: 1_795_000_000, nanoseconds: 1000 },
};

export const missing: LedgerGap = {
  stage: 'recorder',
  stream: 'BEAM@1',
  first: 5,
  last: 6,
  reason: 'aged out',
  at: { seconds: 1_795_000_000, nanoseconds: 2000 },
};
