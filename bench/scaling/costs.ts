/** One measured number. All of processor time are of one core of the machine in the table of docs/scaling.md. */
export interface Cost {
  readonly value: number;
  readonly unit: string;
  /** Which program or table gave it. */
  readonly source: string;
}

/** The callback that costs were measured with: NuMI in spill, 60 devices. Costs per callback are taken to grow with the values. */
export const MEASURED_VALUES = 1_721;

const CHAIN = '`npm run scaling -- --measure`, "chain"';
const STREAM = '`npm run scaling -- --measure`, "streams"';

const ms = (value: number, source = CHAIN): Cost => ({ value, unit: 'ms a callback', source });
const bytes = (value: number, source = CHAIN): Cost => ({ value, unit: 'B a callback', source });
const one = (value: number, unit: string, source: string): Cost => ({ value, unit, source });

/** Everything that the model rests on, once: to refresh it, measure again and change the numbers here. */
export const COSTS = {
  listenerMs: ms(2.29),
  packerMs: ms(1.14),
  feedMs: ms(0.93),
  rotorooterMs: ms(0.7),
  recorderMs: ms(1.29),
  storeMs: ms(4.1),
  alarmsMs: ms(1.29),
  auditorMs: ms(1.63),
  gatewayMs: ms(0.69),
  natsMs: ms(3.58),

  beamBytes: bytes(18_967),
  spillBytes: bytes(8_512),
  ledgerBytes: bytes(156),
  callbackBytes: bytes(92_000, 'bench/comparisons/numi.ts: XML of a callback'),
  natsWrittenBytes: bytes(55_800),
  fileWrittenBytes: bytes(13_300),
  storeWrittenBytes: bytes(42_400),

  streamMs: one(
    0.32,
    'ms a message of 19 kB, one stream',
    'docs/operations.md, "What survives what": 3,100/s',
  ),
  streamMsPerMB: one(11, 'ms a further MB', STREAM),
  natsMsPerMB: one(2.5, 'ms a further MB', STREAM),
  messagesASync: one(
    8,
    'messages with copies that one sync serves, of 64 on their way',
    'docs/scaling.md, "Streams": strace of nats-server 2.15.1',
  ),
  replicaWork: one(0.5, 'times the processor time of one server, for each further copy', STREAM),
  replicaBytes: one(1.25, 'times the bytes of one server, for each copy of three', STREAM),

  intakeMs: one(69, 'ms an event', 'docs/camera.md: `bench/event-intake.ts`'),
  sentinelMainMs: one(
    60,
    'ms an event, main thread',
    'docs/sentinel.md, "How fast": `bench/sentinel/throughput.ts`',
  ),
  sentinelThreadMs: one(40, 'ms an event, worker threads', 'docs/sentinel.md, "How fast"'),
  resultBytes: one(20_350, 'B an event', '`bench/sentinel/throughput.ts`: bytes a result'),

  viewerMs: one(0.0165, 'ms a message and viewer', 'bench/README.md: `bench/live-viewers.ts`'),
  viewerBytes: one(
    463,
    'B a callback and viewer',
    'actors/gateway/live/news.ts: NuMI, mean of in and out of spill',
  ),
  viewerBeatBytes: one(14_000, 'B/s a viewer', `${CHAIN}: heartbeats of 14 actors, once a second`),
  viewerMemory: one(18.5 * 1024, 'B a viewer', 'bench/README.md: `bench/live-viewers.ts`'),
  actorMemory: one(190e6, 'B an actor', CHAIN),
  storeMemory: one(420e6, 'B a server of the store', CHAIN),
  natsMemory: one(120e6, 'B a nats-server', CHAIN),
  siteAssets: one(62, 'streams and durable consumers of a site', CHAIN),
  serverAssets: one(
    2_000,
    'replicated streams and consumers, a server',
    'github.com/nats-io/nats-server/issues/8350: what its makers recommend',
  ),
  idleMs: one(10, 'ms/s an actor, when nothing comes', CHAIN),
  serversIdleMs: one(110, 'ms/s a site, nats-server and store, when nothing but heartbeats comes', CHAIN),
} as const satisfies Record<string, Cost>;

export type Costs = { readonly [Name in keyof typeof COSTS]: number };

/** The numbers alone. */
export const NUMBERS = Object.fromEntries(
  Object.entries(COSTS).map(([name, { value }]) => [name, value]),
) as unknown as Costs;
