import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import { natsServer, type TestNats } from '../../helpers/nats.ts';
import { silent } from '../../helpers/streams.ts';
import { ROOT } from '../../helpers/system.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

export type AlarmActor = 'alarm-engine' | 'alarm-dispatcher';

export interface AlarmSystemOptions {
  /** A rule file; without any the engine has nothing to do. */
  readonly rules?: string;
  /** Section of the dispatcher; secrets by their names in `env`. */
  readonly dispatcher?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly syncInterval?: 'always';
}

/** A nats-server, and engine and dispatcher as processes of their own, by the command line that users have. */
export interface AlarmSystem extends AsyncDisposable {
  readonly server: TestNats;
  readonly nats: Nats;
  /** Starts one more process of an actor; gone with the system at the latest. */
  start(actor: AlarmActor): AlarmProcess;
}

export interface AlarmProcess {
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export async function alarmSystem(options: AlarmSystemOptions): Promise<AlarmSystem> {
  await using owned = new AsyncDisposableStack();
  const { path: directory } = owned.use(await temporaryDirectory());
  const { syncInterval } = options;
  const server = owned.use(await natsServer(syncInterval === undefined ? {} : { syncInterval }));
  const config = join(directory, 'spillway.yaml');
  await writeFile(join(directory, 'alarms.yaml'), options.rules ?? 'alarms: {}\n');
  await writeFile(config, JSON.stringify(configOf(server.url, options)));
  const nats = await openNats(
    { servers: [server.url], experiment: 'test', name: 'test', replicas: 1 },
    silent,
    AbortSignal.timeout(20_000),
  );
  owned.defer(() => nats[Symbol.asyncDispose]());
  const children: AlarmProcess[] = [];
  owned.defer(async () => {
    await Promise.all(children.map(child => child.kill()));
  });
  // What they say is kept for whoever looks for the reason of a failure.
  const log = openSync(process.env['ALARM_LOG'] ?? join(directory, 'log'), 'a');
  const kept = owned.move();
  return {
    server,
    nats,
    start(actor) {
      const child = spawn(process.execPath, [join(ROOT, 'main.ts'), 'run', actor, '--config', config], {
        env: { NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled'), ...process.env, ...options.env },
        stdio: ['ignore', 'ignore', log],
      });
      const one = processOf(child);
      children.push(one);
      return one;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const configOf = (url: string, { dispatcher = {} }: AlarmSystemOptions) => ({
  experiment: 'test',
  nats: { servers: [url] },
  store: { url: 'http://127.0.0.1:1' },
  log: { level: process.env['ALARM_LOG'] === undefined ? 'warn' : 'info' },
  actors: { 'alarm-engine': { rules: 'alarms.yaml' }, 'alarm-dispatcher': dispatcher },
});

function processOf(child: ChildProcess): AlarmProcess {
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    signal: signal => void child.kill(signal),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
  };
}
