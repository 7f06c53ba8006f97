import type { Logger } from 'pino';
import type { Milliseconds } from '../../../protocol/time.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import type { BrokerNode } from '../broker.ts';
import type { Cluster } from './cluster.ts';
import { leaderOf, untilWhole } from './strikes.ts';

/** Who is cut off from the other two: one that follows, the leader of BEAM, the server that the beam monitor is at. */
export const CUT_OFF = ['follower', 'leader', 'with clients'] as const;
export type CutOff = (typeof CUT_OFF)[number];

/** One server that was alone for a while, its clients still with it. */
export interface Partition {
  readonly who: CutOff;
  readonly node: string;
  readonly at: Milliseconds;
  readonly endedAt: Milliseconds;
}

export interface PartitionOptions {
  readonly experiment: string;
  readonly streams: number;
  readonly lastsMs: Milliseconds;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Cuts each kind off in turn. */
export async function partition(cluster: Cluster, options: PartitionOptions): Promise<Partition[]> {
  const partitions: Partition[] = [];
  for (const who of CUT_OFF) {
    await untilWhole(cluster, options);
    const node = await choose(cluster, options, who);
    options.log.info({ who, node: node.name }, 'cut off');
    const at = Date.now();
    node.isolate();
    await pause(options.lastsMs, options.signal);
    node.rejoin();
    partitions.push({ who, node: node.name, at, endedAt: Date.now() });
    options.log.info({ who, node: node.name }, 'together again');
  }
  await untilWhole(cluster, options);
  return partitions;
}

async function choose(cluster: Cluster, options: PartitionOptions, who: CutOff): Promise<BrokerNode> {
  const leader = await leaderOf(cluster, options, 'BEAM');
  if (who === 'leader') return leader;
  if (who === 'with clients') return (await cluster.serverOf('beam-monitor')) ?? leader;
  const meta = await leaderOf(cluster, options, 'META');
  return cluster.nodes.find(node => node !== leader && node !== meta) ?? leader;
}
