import { type Costs, MEASURED_VALUES, NUMBERS } from './costs.ts';
import { LANES, type LaneName, type Layout, type Node, type Workload } from './workload.ts';

/** Parts of nodes that everything on them shares, and the servers of the store. */
export const POOLS = ['store', 'cores', 'disk', 'network', 'memory', 'raft groups'] as const;
export type PartName = LaneName | (typeof POOLS)[number];

/** What is saturated of a whole, from 0; 1 is saturation, more cannot be. */
export type Utilisation = Readonly<Record<PartName, number>>;

export interface Capacity {
  readonly utilisation: Utilisation;
  /** The part nearest to saturation. */
  readonly first: PartName;
}

/** Lanes that are no actor. */
const STREAMS: readonly LaneName[] = ['stream', 'event store'];

/** Actors that a site runs beside those whose lanes are counted: with a beam dispatcher and feed; with a camera pedestal-maker, run-summary and buffer-keeper. */
const OTHER_ACTORS = { beam: 2, camera: 3 };

/** What one site needs each second. */
export interface Demand {
  /** Seconds of one thread, or of one stream, by part. */
  readonly lanes: Readonly<Record<LaneName, number>>;
  readonly storeSeconds: number;
  /** Seconds of any core, all parts together, for one copy of every stream. */
  readonly coreSeconds: number;
  /** Of that, of nats-server. */
  readonly natsSeconds: number;
  /** Bytes that streams and event store take; written once for each copy. */
  readonly streamBytes: number;
  /** What that makes on the disk of one server: pages that are synced before they are full, blocks packed again. */
  readonly streamWritten: number;
  /** Bytes that files and store write. */
  readonly otherWritten: number;
  /** From front ends and to viewers. */
  readonly outsideBytes: number;
  /** Delivered to actors by nats-server, and from them to the store. */
  readonly insideBytes: number;
}

/** Actors that read BEAM with its whole body, and SPILL: protocol/subjects.ts. */
const READERS = { beam: 5, spill: 3 };

/** All costs are proportional to what is done; `costs` is for tests. */
export function demandOf(workload: Workload, costs: Costs = NUMBERS): Demand {
  const { spillsPerSecond, callbacksPerSpill, valuesPerSpill, eventsPerSecond, bytesPerEvent, viewers } =
    workload;
  /** Callbacks a second, each as large as the measured one. */
  const full = (spillsPerSecond * valuesPerSpill) / MEASURED_VALUES;
  const callbacks = spillsPerSecond * callbacksPerSpill;
  const bodies = (eventsPerSecond * bytesPerEvent) / 1e6;
  // As if each were told of every callback; in fact of at most ten a second of a kind.
  const told = viewers * (callbacks + 1);

  const serial = (messages: number, megabytes: number) =>
    (messages * costs.streamMs + megabytes * costs.streamMsPerMB) / 1000;
  const busy = (perFull: number, perEvent = 0) => (full * perFull + eventsPerSecond * perEvent) / 1000;
  const lanes: Record<LaneName, number> = {
    listener: busy(costs.listenerMs),
    // BEAM and SPILL have a message each for a callback; streams do not wait for each other.
    stream: serial(callbacks, 0),
    packer: busy(costs.packerMs),
    file: busy(Math.max(costs.feedMs, costs.rotorooterMs)),
    recorder: busy(costs.recorderMs),
    alarms: busy(costs.alarmsMs),
    auditor: busy(costs.auditorMs),
    page: busy(costs.gatewayMs) + (told * costs.viewerMs) / 1000,
    intake: busy(0, costs.intakeMs),
    // A chunk is 1 MiB; the first 19 kB of each are in the cost of a message.
    'event store': serial(bodies, bodies),
    sentinel: busy(0, costs.sentinelMainMs),
  };
  const natsSeconds = (full * costs.natsMs + 2 * bodies * costs.natsMsPerMB) / 1000;
  const storeSeconds = busy(costs.storeMs);
  const threads =
    lanes.listener +
    lanes.packer +
    busy(costs.feedMs + costs.rotorooterMs) +
    lanes.recorder +
    lanes.alarms +
    lanes.auditor +
    lanes.page +
    lanes.intake +
    lanes.sentinel +
    busy(0, costs.sentinelThreadMs);
  const eventBytes = eventsPerSecond * (bytesPerEvent + costs.resultBytes);
  return {
    lanes,
    storeSeconds,
    natsSeconds,
    coreSeconds: threads + natsSeconds + storeSeconds,
    streamBytes: full * (costs.beamBytes + costs.spillBytes + costs.ledgerBytes) + eventBytes,
    streamWritten: full * costs.natsWrittenBytes + eventBytes,
    otherWritten: full * (costs.fileWrittenBytes + costs.storeWrittenBytes),
    outsideBytes:
      full * costs.callbackBytes + viewers * (callbacks * costs.viewerBytes + costs.viewerBeatBytes),
    insideBytes: full * (READERS.beam * costs.beamBytes + READERS.spill * costs.spillBytes) + eventBytes,
  };
}

/**
 * What is saturated, and what first. Parts are taken to lie evenly on their nodes. Each figure is affine in each number of the
 * workload, so that where it reaches 1 is found without a search (`saturation`).
 * @param nodes machines, all alike
 */
export function capacity(
  nodes: number,
  workload: Workload,
  layout: Layout,
  node: Node,
  costs: Costs = NUMBERS,
): Capacity {
  const demand = demandOf(workload, costs);
  const { sites } = workload;
  const { replicas, shards } = layout;
  const lanes = Object.fromEntries(
    LANES.map(lane => [lane, demand.lanes[lane] / lanesOf(layout, lane)]),
  ) as Record<LaneName, number>;
  // The log of a stream with copies is synced once for all that came meanwhile; one without, for each message.
  if (replicas > 1) lanes.stream /= costs.messagesASync;
  const actors = LANES.filter(lane => demand.lanes[lane] > 0 && !STREAMS.includes(lane));
  const processes =
    actors.reduce((sum, lane) => sum + lanesOf(layout, lane), 0) +
    OTHER_ACTORS.beam +
    (workload.eventsPerSecond > 0 ? OTHER_ACTORS.camera : 0);
  const idle = (processes * costs.idleMs + costs.serversIdleMs) / 1000;
  const copies = (replicas - 1) * demand.natsSeconds * costs.replicaWork;
  const written = writtenBytes(workload, layout, costs);
  const carried = demand.outsideBytes + demand.insideBytes + replicas * demand.streamBytes;
  const memory =
    sites * (processes * costs.actorMemory + workload.viewers * costs.viewerMemory) +
    shards * costs.storeMemory +
    nodes * costs.natsMemory;
  const utilisation: Utilisation = {
    ...lanes,
    store: (sites * demand.storeSeconds) / (shards * node.cores),
    cores: (sites * (demand.coreSeconds + copies + idle)) / (nodes * node.cores),
    disk: written / (nodes * node.diskBytesPerSecond),
    // Each byte leaves one node and comes to another; within one node it costs nothing.
    network: (sites * (nodes === 1 ? demand.outsideBytes : carried)) / (nodes * node.networkBytesPerSecond),
    memory: memory / (nodes * node.memoryBytes),
    // Streams and durable consumers with copies each have an election and a log of their own.
    'raft groups': replicas === 1 ? 0 : (sites * replicas * costs.siteAssets) / (nodes * costs.serverAssets),
  };
  return { utilisation, first: highest(utilisation) };
}

/** Bytes a second that all disks together are given to write: the same wherever they are. */
export function writtenBytes(workload: Workload, { replicas }: Layout, costs: Costs = NUMBERS): number {
  const { streamWritten, otherWritten } = demandOf(workload, costs);
  const each = replicas === 1 ? 1 : costs.replicaBytes;
  return workload.sites * (replicas * each * streamWritten + otherWritten);
}

export const lanesOf = ({ lanes }: Layout, lane: LaneName): number => lanes[lane] ?? 1;

const highest = (utilisation: Utilisation): PartName =>
  (Object.keys(utilisation) as PartName[]).reduce((most, part) =>
    utilisation[part] > utilisation[most] ? part : most,
  );
