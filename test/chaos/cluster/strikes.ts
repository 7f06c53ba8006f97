import type { Logger } from 'pino';
import type { Milliseconds } from '../../../protocol/time.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import type { BrokerNode } from '../broker.ts';
import type { Cluster } from './cluster.ts';

/** Whose leader is killed, in turn; META keeps which streams there are and who has them. */
export const VICTIMS = ['BEAM', 'SPILL', 'META'] as const;
export type Victim = (typeof VICTIMS)[number];

/** One leader killed. */
export interface Strike {
  readonly victim: Victim;
  readonly node: string;
  /** When it was dead, in milliseconds since 1970. */
  readonly at: Milliseconds;
}

export interface StrikeOptions {
  readonly experiment: string;
  readonly kills: number;
  /** Streams that must have all their copies before the next server dies, as an operator would wait for them. */
  readonly streams: number;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Longest wait for copies to be whole again; then the next one dies all the same. */
const WHOLE_MS = 30_000;
/** From the moment all is whole to the next kill. */
const REST_MS = { least: 500, most: 2_500 };

/** Kills leaders with SIGKILL, one after the other. */
export async function strikeLeaders(cluster: Cluster, options: StrikeOptions): Promise<Strike[]> {
  const strikes: Strike[] = [];
  for (let n = 0; n < options.kills && !options.signal.aborted; n++) {
    const victim = VICTIMS[n % VICTIMS.length] as Victim;
    await untilWhole(cluster, options);
    await pause(REST_MS.least + options.random() * (REST_MS.most - REST_MS.least), options.signal);
    const leader = await leaderOf(cluster, options, victim);
    const pid = leader.pid();
    if (pid === undefined) throw new Error(`${leader.name} leads, and is down`);
    process.kill(pid, 'SIGKILL');
    const at = Date.now();
    options.log.info({ n: n + 1, victim, node: leader.name }, 'killed a leader');
    strikes.push({ victim, node: leader.name, at });
    while (leader.pid() === pid) await pause(10, options.signal);
  }
  return strikes;
}

/** Who leads now, once somebody does. */
export async function leaderOf(
  cluster: Cluster,
  { experiment, signal }: Pick<StrikeOptions, 'experiment' | 'signal'>,
  victim: Victim,
): Promise<BrokerNode> {
  for (;;) {
    const leader =
      victim === 'META' ? await cluster.metaLeader() : await cluster.leaderOf(experiment, victim);
    if (leader?.pid() !== undefined) return leader;
    signal.throwIfAborted();
    await pause(100, signal);
  }
}

/** Waits until every copy of every stream is up to date, or long enough. */
export async function untilWhole(
  cluster: Cluster,
  { streams, signal, log }: Pick<StrikeOptions, 'streams' | 'signal' | 'log'>,
): Promise<void> {
  const until = performance.now() + WHOLE_MS;
  while (!(await cluster.whole(streams))) {
    if (signal.aborted) return;
    if (performance.now() > until) return log.warn('copies are not whole yet');
    await pause(200, signal);
  }
}
