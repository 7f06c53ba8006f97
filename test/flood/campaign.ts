import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Answers } from './attack.ts';
import type { Order } from './attacker.ts';
import { gatewayAttacks } from './gateway-attacks.ts';
import { gatewayVictim } from './gateway-victim.ts';
import { listenerAttacks } from './listener-attacks.ts';
import { listenerVictim } from './listener-victim.ts';
import { type Fared, measure, memoryOf, peakMemoryOf } from './measure.ts';
import type { Victim } from './victim.ts';

export type Target = Order['target'];

/** Addresses of attackers that may call, that of the real caller among them, and of those that may not. */
const ALLOWED = Array.from({ length: 40 }, (_, n) => `127.0.0.${n + 1}`);
const STRANGERS = Array.from({ length: 40 }, (_, n) => `127.1.0.${n + 1}`);

/** Attacks that make sense for somebody who is not even let in. */
const OF_STRANGERS = new Set(['idle connections', 'a connection for each request', 'huge bodies']);

/** One stretch of time: an attack, or what was before and after all of them. */
export interface Phase {
  readonly name: string;
  readonly from: 'nobody' | 'allowed' | 'strangers';
  readonly real: Fared;
  /** What attackers met with. */
  readonly answers: Answers;
  /** What the server counted as refused. */
  readonly refused: Readonly<Record<string, number>>;
  readonly peakBytes: number;
}

export interface CampaignOptions {
  readonly seconds: number;
  /** Only these attacks; default all. */
  readonly only?: readonly string[];
  readonly scale?: number;
  readonly onPhase?: (phase: Phase) => void;
}

export interface Campaign {
  readonly what: string;
  readonly perSecond: number;
  readonly bytesBefore: number;
  readonly phases: readonly Phase[];
}

/** Floods a real server by one attack after the other while real work is done at a fixed rate. */
export async function flood(target: Target, options: CampaignOptions): Promise<Campaign> {
  const { seconds, only, scale = 1, onPhase = () => {} } = options;
  await using victim = await (target === 'listener' ? listenerVictim() : gatewayVictim());
  const attacks = target === 'listener' ? listenerAttacks : gatewayAttacks;
  const phases: Phase[] = [];
  const next = async (phase: Promise<Phase>): Promise<void> => {
    phases.push(await phase);
    onPhase(phases.at(-1) as Phase);
  };
  const order = { target, seconds, scale, ...victim.aim };
  // The first calls of a process are not like the others.
  await quiet(victim, 'warming up', Math.min(seconds, 3));
  const bytesBefore = await memoryOf(victim.pid);
  await next(quiet(victim, 'before', seconds));
  for (const { name } of attacks.filter(({ name }) => only?.includes(name) ?? true))
    for (const from of OF_STRANGERS.has(name)
      ? (['allowed', 'strangers'] as const)
      : (['allowed'] as const)) {
      const sources = from === 'allowed' ? ALLOWED : STRANGERS;
      await next(under(victim, { ...order, attack: name, sources }, from));
    }
  await next(quiet(victim, 'after', seconds));
  return { what: victim.what, perSecond: victim.perSecond, bytesBefore, phases };
}

const quiet = (victim: Victim, name: string, seconds: number): Promise<Phase> =>
  during(victim, name, 'nobody', async () => {
    await new Promise(resolve => setTimeout(resolve, seconds * 1_000));
    return {};
  });

const run = promisify(execFile);
const under = (victim: Victim, order: Order, from: Phase['from']): Promise<Phase> =>
  during(victim, order.attack, from, async () => {
    const program = join(import.meta.dirname, 'attacker.ts');
    const timeout = (order.seconds + 120) * 1_000;
    const { stdout } = await run(process.execPath, [program, JSON.stringify(order)], { timeout });
    return JSON.parse(stdout) as Answers;
  });

async function during(
  victim: Victim,
  name: string,
  from: Phase['from'],
  happens: () => Promise<Answers>,
): Promise<Phase> {
  const before = await victim.refusals();
  const over = new AbortController();
  const measured = measure(victim.real, victim.perSecond, over.signal);
  const peak = peakMemoryOf(victim.pid, over.signal);
  let answers: Answers;
  try {
    answers = await happens();
  } finally {
    over.abort();
  }
  const [real, peakBytes] = await Promise.all([measured, peak]);
  const after = await victim.refusals();
  const refused = Object.fromEntries(
    Object.entries(after)
      .map(([code, count]) => [code, count - (before[code] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
  return { name, from, real, answers, refused, peakBytes };
}
