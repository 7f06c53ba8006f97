import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { health } from '../../../protocol/messages/health.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { StateCell } from '../../../runtime/host/state.ts';
import { streamNow } from '../../../runtime/host/streams.ts';
import { until } from '../../helpers/until.ts';
import type { AlarmActor, AlarmProcess } from './alarm-system.ts';
import type { Evidence } from './judge.ts';
import { alarmStage, type Stage } from './stage.ts';
import { tellToggles } from './survival.ts';

export interface TakeOver {
  readonly actor: AlarmActor;
  /** SIGKILL: it has died. SIGSTOP: it hangs, and goes on later as if nothing had happened. */
  readonly by: 'SIGKILL' | 'SIGSTOP';
  /** From the signal to the next message that the actor stored. */
  readonly ms: number;
}

export interface TakeOverOptions {
  readonly seed: number;
  readonly everyMs: number;
  /** How long what hung is watched after it goes on. */
  readonly tailMs: number;
}

const OUTPUT: Readonly<Record<AlarmActor, StreamName>> = {
  'alarm-engine': 'ALARM',
  'alarm-dispatcher': 'NOTICE',
};

/** Two of each actor; of each the one at work is killed while alarms toggle, and its successor hangs for a while. */
export async function takeOver(
  options: TakeOverOptions,
): Promise<Evidence & { readonly takeOvers: readonly TakeOver[] }> {
  await using stage = await alarmStage();
  const actors = ['alarm-engine', 'alarm-dispatcher'] as const;
  const lives = [...actors, ...actors].map(actor => stage.system.start(actor));
  const stopping = new AbortController();
  const telling = tellToggles(stage, { ...options, steps: 100_000 }, { told: 0 }, stopping.signal);
  const takeOvers: TakeOver[] = [];
  for (const by of ['SIGKILL', 'SIGSTOP'] as const) {
    for (const actor of actors) {
      takeOvers.push({ actor, by, ms: await strike(stage, lives, actor, by) });
      // There are two again, whatever was struck.
      if (by === 'SIGKILL') lives.push(stage.system.start(actor));
    }
  }
  await pause(options.tailMs);
  stopping.abort();
  await telling;
  return { ...(await stage.evidence()), takeOvers, interruptions: actors.length };
}

/** Strikes whoever is at work, once it is at work and another one is there. @returns how long its output paused */
async function strike(
  { system: { nats } }: Stage,
  lives: readonly AlarmProcess[],
  actor: AlarmActor,
  by: 'SIGKILL' | 'SIGSTOP',
): Promise<number> {
  const stream = OUTPUT[actor];
  await grows(nats, stream);
  const pid = await holderOf(nats, actor);
  const leader = lives.find(life => life.pid === pid);
  if (!leader) throw new Error(`${actor} is held by ${pid}, which is none of ours`);
  await standsBy(nats, actor, pid);
  leader.signal(by);
  const struck = performance.now();
  await until(async () => (await holderOf(nats, actor)) !== pid, {
    timeoutMs: 30_000,
    what: `another ${actor}`,
  });
  await grows(nats, stream);
  const ms = performance.now() - struck;
  if (by === 'SIGSTOP') leader.signal('SIGCONT');
  return ms;
}

/** Waits for a sign of life of another one than the holder of the lease. */
async function standsBy(nats: Nats, actor: AlarmActor, holder: number | undefined): Promise<void> {
  const beats: number[] = [];
  const subject = `${nats.experiment}.health.${actor}.*`;
  const subscription = nats.connection.subscribe(subject, {
    callback: (_error, message) => void beats.push(health.decode(message.data).pid),
  });
  const other = () => beats.some(pid => pid !== holder);
  await until(other, { timeoutMs: 60_000, what: `another ${actor} that stands by` });
  subscription.unsubscribe();
}

async function grows(nats: Nats, stream: StreamName): Promise<void> {
  const { lastSequence } = await streamNow(nats, stream);
  await until(async () => (await streamNow(nats, stream)).lastSequence > lastSequence, {
    timeoutMs: 60_000,
    what: `more in ${stream}`,
  });
}

const Holder = z.object({ pid: z.int() });

const holderOf = async (nats: Nats, actor: AlarmActor): Promise<number | undefined> =>
  (await new StateCell(nats.state, `${actor}.lease`, Holder).read())?.pid;
