import { type Costs, MEASURED_VALUES, NUMBERS } from './costs.ts';
import { lanesOf } from './model.ts';
import type { Network, Service } from './network.ts';
import type { Layout, Node, Workload } from './workload.ts';

/** Messages that one sync of the rotorooter, or one insert of the recorder, takes at most. */
const MOST = { records: 64, rows: 500 };

export interface Placed {
  readonly nodes: number;
  readonly node: Node;
  readonly layout: Layout;
  readonly costs?: Costs;
}

/**
 * The way of a callback from its front end to file and store, for the simulation: threads that take a core while they work, streams
 * that take the disk's time and no core. Sites lie side by side: the lanes of all are taken together.
 */
export function chainNetwork(
  { sites, spillsPerSecond, callbacksPerSpill, valuesPerSpill }: Workload,
  { nodes, node, layout, costs = NUMBERS }: Placed,
): Network {
  const size = valuesPerSpill / callbacksPerSpill / MEASURED_VALUES;
  const { replicas, shards } = layout;
  const cores = nodes * node.cores;
  const copies = { of: replicas, quorum: (replicas >> 1) + 1 };
  const work = (ms: number): Service => ({ kind: 'exponential', ms: ms * size });
  const thread = (
    name: string,
    lane: Parameters<typeof lanesOf>[1],
    ms: number,
    next: readonly string[],
  ) => ({
    name,
    service: work(ms),
    servers: sites * lanesOf(layout, lane),
    pools: ['cores'],
    next,
  });
  /** Half of what nats-server does for a callback, for all copies, and then the sync of each. */
  const stream = (name: string, next: readonly string[]) => [
    {
      name: `${name} server`,
      service: work((costs.natsMs / 2) * (1 + (replicas - 1) * costs.replicaWork)),
      servers: cores,
      pools: ['cores'],
      next: [name],
    },
    {
      name,
      service: { kind: 'fixed', ms: costs.streamMs } as const,
      servers: sites * lanesOf(layout, 'stream'),
      copies,
      ...(replicas > 1 && { batch: { most: costs.messagesASync, eachMs: 0 } }),
      next,
    },
  ];
  return {
    stages: [
      thread('listener', 'listener', costs.listenerMs, ['BEAM server']),
      ...stream('BEAM', ['packer', 'recorder', 'alarms', 'auditor', 'page']),
      thread('packer', 'packer', costs.packerMs, ['SPILL server']),
      ...stream('SPILL', ['feed']),
      thread('feed', 'file', costs.feedMs, ['file']),
      {
        ...thread('file', 'file', costs.rotorooterMs, []),
        batch: { most: MOST.records, eachMs: costs.rotorooterMs * size },
      },
      thread('recorder', 'recorder', costs.recorderMs, ['store']),
      {
        name: 'store',
        service: work(costs.storeMs),
        servers: shards * node.cores,
        pools: ['cores'],
        batch: { most: MOST.rows, eachMs: costs.storeMs * size },
        next: [],
      },
      thread('alarms', 'alarms', costs.alarmsMs, []),
      thread('auditor', 'auditor', costs.auditorMs, []),
      thread('page', 'page', costs.gatewayMs, []),
    ],
    pools: { cores },
    arrivals: { kind: 'exponential', perSecond: sites * spillsPerSecond * callbacksPerSpill },
  };
}
