import { chainNetwork } from './chain-network.ts';
import { carried } from './check.ts';
import { capacity, type Utilisation } from './model.ts';
import type { StageResult } from './network.ts';
import { keptSeconds } from './retention.ts';
import { type Grown, grown, type Saturation, saturation } from './saturation.ts';
import { simulate } from './simulate.ts';
import { BEAM, layoutOf, type Node, SITE } from './workload.ts';

/** What so many nodes carry. */
export interface Prediction {
  readonly nodes: number;
  /** Spills/s of one experiment as it stands, nothing divided. */
  readonly whole: Saturation;
  /** The same with everything divided that gives way first. */
  readonly divided: Grown;
  /** Sites, each with a beam line, a camera and 20 viewers, that run at NuMI's and LIME's pace. */
  readonly sites: Grown;
  /** At the pace of one site. */
  readonly utilisation: Utilisation;
  /** `divided`, played: spills/s, and latencies at half of that, in ms from the callback. Left out of systems too large to play. */
  readonly simulated?: {
    readonly spillsPerSecond: number;
    readonly accepted: Latency;
    readonly filed: Latency;
    readonly stored: Latency;
  };
  /** How long BEAM keeps what it is given at `divided`, in seconds. */
  readonly keptSeconds: number;
}

export type Latency = Pick<StageResult, 'p50Ms' | 'p99Ms'>;

const MOST_CORES = 4_000;
const RUN = { jobs: 20_000, warmUp: 2_000, seed: 1 };

/** @param nodes machines, all like `node` */
export function predict(nodes: number, node: Node): Prediction {
  const start = layoutOf(nodes);
  const divided = grown('spillsPerSecond', nodes, BEAM, start, node);
  return {
    nodes,
    whole: saturation('spillsPerSecond', nodes, BEAM, start, node),
    divided,
    sites: grown('sites', nodes, SITE, start, node),
    utilisation: capacity(nodes, SITE, start, node).utilisation,
    ...(nodes * node.cores <= MOST_CORES && { simulated: play(nodes, node, divided) }),
    keptSeconds: keptSeconds('BEAM', { ...BEAM, spillsPerSecond: divided.at }),
  };
}

function play(nodes: number, node: Node, { at, layout }: Grown): NonNullable<Prediction['simulated']> {
  const offered = (share: number) =>
    chainNetwork({ ...BEAM, spillsPerSecond: share * at }, { nodes, node, layout });
  const half = simulate(offered(0.5), RUN);
  const latency = (stage: string): Latency => {
    const { p50Ms = Number.NaN, p99Ms = Number.NaN } = half.get(stage) ?? {};
    return { p50Ms, p99Ms };
  };
  return {
    spillsPerSecond: carried(offered(3)) / BEAM.callbacksPerSpill,
    accepted: latency('BEAM'),
    filed: latency('file'),
    stored: latency('store'),
  };
}
