import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { natsServer } from '../helpers/nats.ts';
import { heartbeats, type RunningCommand, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import type { Aim } from './attack.ts';
import type { Real } from './measure.ts';

/** A real server under attack, and the real work that must go on. */
export interface Victim extends AsyncDisposable {
  readonly pid: number;
  readonly aim: Omit<Aim, 'scale' | 'sources'>;
  /** What is real, in words. */
  readonly what: string;
  /** Calls a second of `real`. */
  readonly perSecond: number;
  readonly real: Real;
  /** What the server has refused since it started, by code. */
  refusals(): Promise<Readonly<Record<string, number>>>;
}

/** An actor as a process of its own, on a NATS of its own. */
export interface LoneActor extends AsyncDisposable {
  readonly pid: number;
  readonly process: RunningCommand;
  refusals(): Promise<Record<string, number>>;
}

const HEARTBEAT_MS = 200;

/** @param section of the actor, as YAML (JSON is) */
export async function loneActor(name: string, section: object): Promise<LoneActor> {
  await using owned = new AsyncDisposableStack();
  const directory = owned.use(await temporaryDirectory());
  const nats = owned.use(await natsServer());
  const path = join(directory.path, 'spillway.yaml');
  const config = {
    experiment: 'flooded',
    dataDirectory: join(directory.path, 'data'),
    nats: { servers: [nats.url] },
    // Nobody asks it anything here.
    store: { url: 'http://127.0.0.1:9' },
    heartbeat: `${HEARTBEAT_MS}ms`,
    actors: { [name]: section },
  };
  await writeFile(path, JSON.stringify(config));
  const beats = owned.use(await heartbeats({ servers: [nats.url] }, config.experiment));
  const actor = owned.use(spillway('run', name, '--config', path));
  await until(() => beats.get(name)?.state === 'running', {
    what: `${name} to run`,
    timeoutMs: 60_000,
  }).catch((cause: unknown) => {
    throw new Error(`${name} does not run:\n${actor.output()}`, { cause });
  });
  const kept = owned.move();
  return {
    pid: actor.pid ?? 0,
    process: actor,
    async refusals() {
      await delay(2 * HEARTBEAT_MS);
      const counted = Object.entries(beats.get(name)?.counters ?? {});
      return Object.fromEntries(
        counted.flatMap(([key, count]) => {
          const [, reason] = /^refused\{reason="?(\w+)"?\}$/.exec(key) ?? [];
          return reason === undefined ? [] : [[reason, count]];
        }),
      );
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The first line of a process's log that holds `words`, as an object. */
export async function logLine(actor: RunningCommand, words: string): Promise<Record<string, unknown>> {
  const found = () =>
    actor
      .output()
      .split('\n')
      .find(line => line.includes(words));
  await until(() => found() !== undefined, { what: words });
  return JSON.parse(found() ?? '{}') as Record<string, unknown>;
}
