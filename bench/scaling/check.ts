import { chainNetwork } from './chain-network.ts';
import { type Costs, MEASURED_VALUES, NUMBERS } from './costs.ts';
import type { ChainMeasured } from './measure/chain.ts';
import type { StreamsMeasured } from './measure/streams.ts';
import { WORK, type WorkersMeasured } from './measure/workers.ts';
import { demandOf } from './model.ts';
import type { Network } from './network.ts';
import { saturation } from './saturation.ts';
import { simulate } from './simulate.ts';
import { BEAM, layoutOf, MEASURED_NODE, type Node } from './workload.ts';

/** A prediction beside what came of it. */
export interface Check {
  readonly what: string;
  readonly unit: string;
  /** What the prediction knew: the table of costs, or the run of one. */
  readonly from: string;
  readonly model: number;
  /** Left out where nothing is played, as for bytes. */
  readonly simulated?: number;
  readonly measured: number;
}

/** By so much a prediction may be wrong before it is called a disagreement. */
export const MOST_ERROR = 0.25;

/** Of the model against what was measured, e.g. 0.1 where it says a tenth too much. */
export const errorOf = ({ model, measured }: Check): number => model / measured - 1;

export const disagrees = (check: Check): boolean => Math.abs(errorOf(check)) > MOST_ERROR;

/** Until each of so many cores has had some. */
const JOBS = { least: 4_000, forCore: 50 };

/** The slowest stage of a network that is offered more than there is room for: what leaves it is what is possible, per second. */
export function carried(network: Network): number {
  const jobs = Math.max(JOBS.least, JOBS.forCore * (network.pools?.['cores'] ?? 0));
  const results = simulate(network, { jobs, warmUp: jobs / 4, seed: 1 });
  return Math.min(...[...results.values()].map(({ perSecond }) => perSecond));
}

/** One node with everything on it, from the table of costs alone. */
export function checkChain(
  measured: ChainMeasured,
  node: Node = MEASURED_NODE,
  costs: Costs = NUMBERS,
): Check[] {
  const workload = { ...BEAM, callbacksPerSpill: 1, valuesPerSpill: MEASURED_VALUES, viewers: 0 };
  const layout = layoutOf(1);
  // The front end is no part of the system, and takes its share of the same cores.
  const withFront = { ...costs, gatewayMs: costs.gatewayMs + measured.frontMs };
  const { at } = saturation('spillsPerSecond', 1, workload, layout, node, withFront);
  const network = chainNetwork(
    { ...workload, spillsPerSecond: 3 * at },
    { nodes: 1, node, layout, costs: withFront },
  );
  const used = Object.values(measured.used).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const each = { ...workload, spillsPerSecond: 1 };
  return [
    {
      what: '1 node, the whole chain',
      unit: 'callbacks/s',
      from: 'costs',
      model: at,
      simulated: carried(network),
      measured: measured.perSecond,
    },
    {
      what: '1 node, work of it all',
      unit: 'ms/callback',
      from: 'costs',
      model: 1000 * demandOf(each, costs).coreSeconds,
      measured: used / measured.callbacks,
    },
  ];
}

/**
 * Experiments side by side, and copies, from the run of one experiment on one server: streams do not wait for each other until the
 * cores are busy; every further copy costs processor time and bytes, and shares its syncs among messages.
 */
export function checkStreams(
  runs: readonly StreamsMeasured[],
  { cores }: Node = MEASURED_NODE,
  costs: Costs = NUMBERS,
): Check[] {
  const one = runs.find(({ servers, experiments }) => servers === 1 && experiments === 1);
  if (one === undefined) return [];
  const streamMs = 1000 / one.perSecond;
  return runs
    .filter(run => run !== one)
    .flatMap(({ servers, experiments, perSecond, serverMs, writtenBytes }): Check[] => {
      const work = one.serverMs * (1 + (servers - 1) * costs.replicaWork);
      const coreMs = one.publisherMs + work;
      const together = servers === 1 ? 1 : costs.messagesASync;
      const from = '1 experiment, 1 server';
      const rate: Check = {
        what:
          servers === 1
            ? `${experiments} experiments on one server`
            : `${servers} servers, ${servers} copies`,
        unit: 'messages/s',
        from,
        model: Math.min((experiments * together * 1000) / streamMs, (cores * 1000) / coreMs),
        simulated: carried({
          stages: [
            {
              name: 'server',
              service: { kind: 'exponential', ms: coreMs },
              servers: cores,
              pools: ['cores'],
              next: ['stream'],
            },
            {
              name: 'stream',
              service: { kind: 'fixed', ms: streamMs },
              servers: experiments,
              copies: { of: servers, quorum: (servers >> 1) + 1 },
              batch: { most: together, eachMs: 0 },
              next: [],
            },
          ],
          pools: { cores },
          arrivals: { kind: 'exponential', perSecond: (3 * experiments * together * 1000) / streamMs },
        }),
        measured: perSecond,
      };
      if (servers === 1) return [rate];
      const bytes = one.writtenBytes * servers * costs.replicaBytes;
      return [
        rate,
        { what: `${rate.what}, written`, unit: 'B/message', from, model: bytes, measured: writtenBytes },
        { what: `${rate.what}, servers' work`, unit: 'ms/message', from, model: work, measured: serverMs },
      ];
    });
}

/** More instances at one work lane, from the run of one: each adds what it can, for they wait for nothing but their events. */
export function checkWorkers(runs: readonly WorkersMeasured[]): Check[] {
  const one = runs.find(({ instances }) => instances === 1);
  const ideal = (1000 * WORK.slots) / WORK.waitMs;
  return runs.map(run => {
    const { instances, perSecond } = run;
    // What an event takes beside its wait is known of the first instance once it has run.
    const each = run === one || one === undefined ? ideal : one.perSecond;
    return {
      what: `${instances} sentinel${instances === 1 ? '' : 's'}, work that waits`,
      unit: 'events/s',
      from: run === one || one === undefined ? `${WORK.slots} at once, ${WORK.waitMs} ms each` : '1 sentinel',
      model: instances * each,
      simulated: carried({
        stages: [
          {
            name: 'sentinels',
            service: { kind: 'fixed', ms: (1000 * WORK.slots) / each },
            servers: instances * WORK.slots,
            next: [],
          },
        ],
        arrivals: { kind: 'exponential', perSecond: 3 * instances * ideal },
      }),
      measured: perSecond,
    };
  });
}
