/** What one site gives: an experiment with a prefix of its own. Rates are means over a minute. */
export interface Workload {
  /** Sites, all alike, each with streams and actors of its own. */
  readonly sites: number;
  /** Spills a second of one site; NuMI has 0.5 (numi.md: one in 2 s). */
  readonly spillsPerSecond: number;
  /** Callbacks for each: in spill, and out of it. */
  readonly callbacksPerSpill: number;
  /** Values in all of them together; cost grows with these. */
  readonly valuesPerSpill: number;
  /** Camera events a second of one site; LIME has 1.66. */
  readonly eventsPerSecond: number;
  /** Bytes of the body of one event. */
  readonly bytesPerEvent: number;
  /** Shift pages that are open, of one site. */
  readonly viewers: number;
}

/** A machine; all are alike. */
export interface Node {
  readonly cores: number;
  /** What its disk takes while every message is synced, in bytes/s. */
  readonly diskBytesPerSecond: number;
  /** In each direction, in bytes/s. */
  readonly networkBytesPerSecond: number;
  readonly memoryBytes: number;
}

/** Parts of a site that are one thread each, or one stream: more of them only by dividing the subjects among them. */
export const LANES = [
  'listener',
  'stream',
  'packer',
  'file',
  'recorder',
  'alarms',
  'auditor',
  'page',
  'intake',
  'event store',
  'sentinel',
] as const;
export type LaneName = (typeof LANES)[number];

/** How a system is put on its nodes. */
export interface Layout {
  /** Copies of every stream: 1, or 3. */
  readonly replicas: number;
  /** Of each part, how many a site has; 1 where left out. */
  readonly lanes: Readonly<Partial<Record<LaneName, number>>>;
  /** Servers of the store, shared by all sites. Each may use all cores of its node. */
  readonly shards: number;
}

/** NuMI's list of the demo: 60 devices in spill, 12 out of it. */
export const NUMI = { spillsPerSecond: 0.5, callbacksPerSpill: 2, valuesPerSpill: 2_593 } as const;
/** Pictures of 2304 x 2304 with waveforms: docs/sentinel.md, "How fast". */
export const LIME = { eventsPerSecond: 1.66, bytesPerEvent: 11.2e6 } as const;

/** A beam line, a camera and a crew. */
export const SITE: Workload = { sites: 1, ...NUMI, ...LIME, viewers: 20 };
/** The beam line alone. */
export const BEAM: Workload = { ...SITE, eventsPerSecond: 0 };

/** Two cores and a virtual disk, on which everything was measured; the disk as `npm run scaling -- --measure` finds it. */
export const MEASURED_NODE: Node = {
  cores: 2,
  diskBytesPerSecond: 90e6,
  networkBytesPerSecond: 125e6,
  memoryBytes: 8 * 2 ** 30,
};

/** What one would buy: 16 cores, an SSD that takes 1 GB/s of synced writes, 10 Gbit/s. Its cores are taken to be no faster. */
export const SERVER_NODE: Node = {
  cores: 16,
  diskBytesPerSecond: 1e9,
  networkBytesPerSecond: 1.25e9,
  memoryBytes: 64 * 2 ** 30,
};

/** Where nothing is divided yet: three copies as soon as there are machines for them. */
export const layoutOf = (nodes: number): Layout => ({ replicas: nodes < 3 ? 1 : 3, lanes: {}, shards: 1 });
