import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverName } from '../../../runtime/host/streams.ts';
import type { Absent, Contender, Setting } from '../../harness/comparison.ts';
import { ask, NPM_PEERS } from '../../harness/tools.ts';
import { type Usage, usageOf, whileUsing } from '../../harness/usage.ts';
import { EXPERIMENT } from '../scene.ts';
import { contentsOf, type Filled, mustHave } from './filled.ts';

const here = (file: string): string => join(import.meta.dirname, file);

/** Ours. Disposing of it ends the servers too. */
export async function spillway(world: Filled, { signal }: Setting): Promise<Contender> {
  const { scene } = world;
  const child = fork(here('ours.ts'), [scene.nats.url, EXPERIMENT, scene.engine.url], {
    execArgv: [],
    signal,
  });
  await once(child, 'message');
  const record = async (): Promise<string> => {
    const table = await world.table();
    child.send({ table, messages: world.messages });
    await Promise.race([once(child, 'message'), ended(child)]);
    return table;
  };
  return {
    ...contender('spillway', world, record, child),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
      await world[Symbol.asyncDispose]();
    },
  };
}

/** What one would write oneself. */
export async function goConsumer(world: Filled, { signal }: Setting): Promise<Contender | Absent> {
  const name = 'Go, nats.go and clickhouse-go';
  const install = 'Debian: apt-get install golang-go';
  const version = await ask('go', ['version'], install);
  if ('absent' in version) return { name, ...version };
  const program = join(NPM_PEERS, 'go-consumer');
  await mkdir(NPM_PEERS, { recursive: true });
  try {
    await promisify(execFile)('go', ['build', '-o', program, '.'], {
      cwd: here('go-consumer'),
      timeout: 300_000,
      signal,
    });
  } catch (error) {
    return {
      name,
      absent: error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : '',
      install,
    };
  }
  const { scene, messages } = world;
  let usage: Usage | undefined;
  const consume = async (): Promise<string> => {
    const table = await world.table();
    const args = [
      scene.nats.url,
      serverName(EXPERIMENT, 'BEAM'),
      `go-${table}`,
      new URL(scene.engine.url).host,
    ];
    const child = spawn(program, [...args, 'spillway', table, String(messages)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      signal,
    });
    // It ends with its work, and takes what it has used with it.
    const look = setInterval(() => (usage = (child.pid && usageOf(child.pid)) || usage), 20);
    const [code] = await once(child, 'exit');
    clearInterval(look);
    if (code !== 0) throw new Error(`it ended with ${String(code)}`);
    return table;
  };
  return contender(name, world, consume, () => usage);
}

/** @param who works: a process that stays, or what one has used that is gone */
function contender(
  name: string,
  { scene, messages }: Filled,
  run: () => Promise<string>,
  who: ChildProcess | (() => Usage | undefined),
): Contender {
  return {
    name,
    answer: async () => contentsOf(scene.store, await run()),
    async round() {
      const began = performance.now();
      const stays = typeof who !== 'function' && who.pid !== undefined ? [who.pid] : [];
      const { result, usage } = await whileUsing([scene.nats.pid, ...stays], run);
      const seconds = (performance.now() - began) / 1000;
      await mustHave(scene.store, result, messages);
      const gone = typeof who === 'function' ? who() : undefined;
      return {
        figure: messages / seconds,
        cpuSeconds: (usage?.cpuSeconds ?? 0) + (gone?.cpuSeconds ?? 0),
        peakBytes: (usage?.peakBytes ?? 0) + (gone?.peakBytes ?? 0),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`it ended with ${String(code)}`);
}
