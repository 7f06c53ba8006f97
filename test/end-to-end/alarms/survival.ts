import { setTimeout as pause } from 'node:timers/promises';
import { KeyedRandom } from '../../../fixtures/simulator/random.ts';
import { alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { subjects } from '../../../protocol/subjects.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { firstFrom } from '../../../runtime/host/streams.ts';
import { until } from '../../helpers/until.ts';
import type { AlarmActor } from './alarm-system.ts';
import type { Evidence } from './judge.ts';
import { alarmStage, type Stage } from './stage.ts';
import { toggleSteps } from './toggling-alarms.ts';

export interface SurvivalOptions {
  readonly seed: number;
  /** Readings told, each of which changes some fifteen alarms. */
  readonly steps: number;
  readonly everyMs: number;
  /** Kills at moments spread over the run, of each of the two; some are followed by one while it starts. */
  readonly kills: number;
  readonly natsRestarts: number;
  readonly syncInterval?: 'always';
}

export interface Survival extends Evidence {
  readonly kills: Readonly<Record<AlarmActor, number>>;
  readonly tookMs: number;
}

/** Share of the kills that are followed by another one within so long: while it starts, or catches up. */
const AGAIN = 0.3;
const WHILE_STARTING_MS = 1500;

/**
 * Thousands of transitions through a real nats-server to a webhook receiver and a Discord, while engine and dispatcher are
 * killed with SIGKILL at moments of the seed, and nats-server is killed and started again; then everything that is left.
 */
export async function survive(options: SurvivalOptions): Promise<Survival> {
  await using stage = await alarmStage(options.syncInterval);
  const began = performance.now();
  const progress: Progress = { told: 0 };
  const [, engine, dispatcher] = await Promise.all([
    tellToggles(stage, options, progress),
    harass(stage, 'alarm-engine', new KeyedRandom(options.seed, 1), options, progress),
    harass(stage, 'alarm-dispatcher', new KeyedRandom(options.seed, 2), options, progress),
    restartNats(stage, options, progress),
  ]);
  const evidence = await stage.evidence();
  return {
    ...evidence,
    kills: { 'alarm-engine': engine, 'alarm-dispatcher': dispatcher },
    interruptions: dispatcher + options.natsRestarts,
    tookMs: performance.now() - began,
  };
}

/** Steps that were told. */
export interface Progress {
  told: number;
}

export const reached = (progress: Progress, step: number): Promise<void> =>
  until(() => progress.told >= step, { timeoutMs: 3_600_000, what: `step ${step}` });

const TELL = { deadlineMs: 60_000 };

/** Tells readings and commands at a steady pace, until everything is well or the signal aborts, and waits for the last answer. */
export async function tellToggles(
  stage: Stage,
  { steps, seed, everyMs }: Pick<SurvivalOptions, 'steps' | 'seed' | 'everyMs'>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { nats } = stage.system;
  await stage.ready();
  const from = performance.now();
  let last = '';
  for (const step of toggleSteps(steps, seed, Date.now)) {
    if (signal?.aborted) break;
    await publish(nats, { type: readings, body: step.readings }, [], TELL);
    if (step.command) {
      last = step.command.id;
      await publish(nats, { type: alarmCommand, body: step.command }, [], TELL);
    }
    progress.told++;
    await pause(Math.max(0, from + progress.told * everyMs - performance.now()));
  }
  await tellAllWell(nats);
  await answered(nats, last);
}

/** As often as it takes for the alarms that count: whatever stays active would be told again for ever. */
async function tellAllWell(nats: Nats): Promise<void> {
  for (let time = 1; time <= 3; time++) {
    // A moment of its own makes it another message.
    const [step] = toggleSteps(1, 0, () => Date.now() + time);
    if (step) await publish(nats, { type: readings, body: step.readings }, [], TELL);
  }
}

function answered(nats: Nats, id: string): Promise<void> {
  const subject = subjects.alarmCommandResult(nats.experiment, id);
  return until(async () => (await firstFrom(nats, 'ALARM', 1, subject)) !== undefined, {
    timeoutMs: 120_000,
    what: 'the answer to the last command',
  });
}

/** Runs an actor, and kills it again and again. @returns how often; it runs at the end */
async function harass(
  { system }: Stage,
  actor: AlarmActor,
  random: KeyedRandom,
  { kills, steps }: SurvivalOptions,
  progress: Progress,
): Promise<number> {
  let killed = 0;
  let life = system.start(actor);
  const kill = async () => {
    await life.kill();
    killed++;
    life = system.start(actor);
  };
  const moments = Array.from({ length: kills }, () => random.uniform() * steps);
  for (const moment of moments.toSorted((a, b) => a - b)) {
    await reached(progress, moment);
    await kill();
    if (random.uniform() >= AGAIN) continue;
    await pause(random.uniform() * WHILE_STARTING_MS);
    await kill();
  }
  return killed;
}

async function restartNats(
  { system: { server } }: Stage,
  { natsRestarts, steps }: SurvivalOptions,
  progress: Progress,
): Promise<void> {
  for (let n = 1; n <= natsRestarts; n++) {
    await reached(progress, (n * steps) / (natsRestarts + 1));
    await server.kill();
    await server.restart();
  }
}
