import type { Logger } from 'pino';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from '../../runtime/host/back-off.ts';
import { Beats, touched } from './beats.ts';
import { describe, type Fault } from './fault.ts';
import type { Injector } from './inject.ts';
import { ACTORS, type System } from './system.ts';

/** What became of a fault. */
export interface Happened {
  readonly fault: Fault;
  /** Wall times in milliseconds since 1970. */
  readonly beganAt: Milliseconds;
  readonly endedAt: Milliseconds;
  /** From its end until everybody it touched was well again; undefined where that did not come. */
  readonly recoveryMs: Milliseconds | undefined;
  readonly skipped: string | undefined;
}

const LOOK_EVERY_MS = 50;
/** Nobody is well again later than that, or not at all. */
const RECOVERY_MS = 120_000;
/** Without a single further spill for so long the run has come to a halt. */
const STALLED_MS = 180_000;

interface Status {
  readonly state: string;
  readonly pending: number;
  readonly served: Readonly<Record<string, { readonly accepted: number; readonly triggered: number }>>;
}

export interface Run {
  readonly happened: readonly Happened[];
  /** Why the run did not come to its end; undefined where it did. */
  readonly stalled: string | undefined;
}

/** Begins each fault once so many spills have been accepted, and ends it when its time is over. */
export async function runFaults(
  system: System,
  injector: Injector,
  schedule: readonly Fault[],
  options: {
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly onProgress: (accepted: number) => void;
  },
): Promise<Run> {
  const { log, signal } = options;
  using beats = new Beats(system.nats);
  const happening: Promise<Happened>[] = [];
  const status = async (): Promise<Status> =>
    (await (await fetch(new URL('/status', system.simulator))).json()) as Status;
  let next = 0;
  let best = -1;
  let movedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const { state, pending, served } = await status();
    const accepted = served['A9']?.accepted ?? 0;
    options.onProgress(accepted);
    for (let fault = schedule[next]; fault && fault.atSpill <= accepted; fault = schedule[++next])
      happening.push(one(injector, beats, fault, log));
    if (accepted > best) [best, movedAt] = [accepted, performance.now()];
    if (state === 'stopped' && pending === 0) break;
    if (performance.now() - movedAt > STALLED_MS)
      return { happened: await Promise.all(happening), stalled: `${accepted} spills accepted, and no more` };
    await pause(LOOK_EVERY_MS, signal);
  }
  return { happened: await Promise.all(happening), stalled: undefined };
}

async function one(injector: Injector, beats: Beats, fault: Fault, log: Logger): Promise<Happened> {
  const beganAt = Date.now();
  log.info({ fault }, `begins: ${describe(fault)}`);
  const begun = await injector.begin(fault);
  if (begun.skipped !== undefined)
    return { fault, beganAt, endedAt: beganAt, recoveryMs: undefined, skipped: begun.skipped };
  const never = new AbortController().signal;
  if ('forMs' in fault) await pause(fault.forMs, never);
  await begun.end();
  const endedAt = Date.now();
  const since = performance.now();
  const unwell = () => beats.unwell(touched(fault, ACTORS), since, begun.killed);
  while (unwell().length > 0 && performance.now() - since < RECOVERY_MS) await pause(LOOK_EVERY_MS, never);
  const tookMs = performance.now() - since;
  const recoveryMs = tookMs < RECOVERY_MS ? tookMs : undefined;
  log.info({ number: fault.number, recoveryMs, unwell: unwell() }, `ended: ${fault.kind} #${fault.number}`);
  return { fault, beganAt, endedAt, recoveryMs, skipped: undefined };
}

/** Waits until every actor runs. @throws Error naming those that do not */
export async function everyoneUp(system: System, signal: AbortSignal): Promise<void> {
  using beats = new Beats(system.nats);
  const since = performance.now();
  while (!beats.well(ACTORS, since)) {
    signal.throwIfAborted();
    if (performance.now() - since > RECOVERY_MS)
      throw new Error(`not up: ${beats.unwell(ACTORS, since).join(', ')}`);
    await pause(LOOK_EVERY_MS, signal);
  }
}
