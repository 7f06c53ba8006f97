import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ExitReason, RunningService } from '../../supervisor/service.ts';
import { type ChildOptions, type ChildReport, StoreAccess, type StoreUser } from './contract.ts';
import { untilRoom } from './room.ts';

const CHILD = join(import.meta.dirname, 'child.ts');
const GIB = 1024 ** 3;
const STOP_WITHIN_MS = 10_000;

export interface ClickHouseOptions {
  /** Everything the engine writes is below it; one engine per directory. */
  readonly directory: string;
  readonly host?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Cap on what the engine allocates, default 2 GiB. The library itself takes another 0.25 GiB. */
  readonly memoryBytes?: number;
  /** Statements at once, of writers and of readers each; default 4. */
  readonly sessions?: number;
  /** Default: `spillway` may write, `grafana` may read, both without password. */
  readonly users?: readonly StoreUser[];
  readonly log: Logger;
  /** Abandons a start under way; a started engine is ended with `stop`. */
  readonly signal?: AbortSignal;
}

export interface ClickHouse extends RunningService, AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Of the engine, e.g. `26.7.2.1`. */
  readonly version: string;
  readonly pid: number;
}

export const DEFAULT_USERS: readonly StoreUser[] = [
  { name: 'spillway', password: '', access: StoreAccess.readWrite },
  { name: 'grafana', password: '', access: StoreAccess.readOnly },
];

/**
 * The real ClickHouse engine in a child process behind ClickHouse's HTTP interface, ready for use when this resolves.
 * It cannot outlive this process, however this one ends: the closed channel between them ends it. Where the disk is full it starts when there
 * is room; when a write fails it ends at once, to be started again (`failed-writes.ts`).
 * @throws SpillwayError STORE_ENGINE_UNAVAILABLE when the package is missing or does not run on this system,
 *   DATA_DIRECTORY_BUSY when another engine has the directory, CONFIG_INVALID for an open door to other hosts.
 */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const { directory, log, signal } = options;
  const child: ChildOptions = {
    directory,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    memoryBytes: options.memoryBytes ?? 2 * GIB,
    sessions: options.sessions ?? 4,
    users: options.users ?? DEFAULT_USERS,
  };
  refuseOpenDoor(child);
  await mkdir(directory, { recursive: true });
  signal?.throwIfAborted();
  await untilRoom(
    directory,
    () => log.warn({ directory }, 'the disk of the store is full: it starts when there is room'),
    signal ?? new AbortController().signal,
  );
  return launch(child, log, signal);
}

async function launch(
  options: ChildOptions,
  log: Logger,
  signal: AbortSignal | undefined,
): Promise<ClickHouse> {
  const engine = fork(CHILD, [], {
    cwd: options.directory,
    // Its own session: Ctrl-C in the terminal reaches only us, and we stop the parts in order.
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      // Each running statement holds a thread of libuv's pool (default 4); the rest is for files and gzip.
      UV_THREADPOOL_SIZE: String(2 * options.sessions + 4),
    },
  });
  const output = logOutput(engine, log.child({ part: 'clickhouse' }));
  const ended = Promise.withResolvers<ExitReason>();
  // `close`, not `exit`: by then all of stderr has been read.
  engine.once('close', (code, signalName) =>
    ended.resolve({ code, signal: signalName, detail: output.tail() }),
  );
  engine.once('error', error => ended.resolve({ code: null, signal: null, detail: error.message }));
  const stop = () => stopChild(engine, ended.promise);
  const abort = () => engine.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    engine.send(options);
    const report = await firstReport(engine, ended.promise);
    signal?.throwIfAborted();
    if (report?.kind !== 'ready') throw startError(report, await ended.promise, options);
    const { port, version } = report;
    const url = `http://${isIP(options.host) === 6 ? `[${options.host}]` : options.host}:${port}`;
    log.info({ version, url, pid: engine.pid }, 'the embedded store is ready');
    return {
      url,
      port,
      version,
      pid: engine.pid ?? 0,
      exited: ended.promise,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    engine.kill('SIGKILL');
    await ended.promise;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** What the child reports, or undefined when it ended without a word. */
const firstReport = (child: ChildProcess, ended: Promise<ExitReason>): Promise<ChildReport | undefined> =>
  Promise.race([
    new Promise<ChildReport>(resolve => child.once('message', report => resolve(report as ChildReport))),
    ended.then(() => undefined),
  ]);

function startError(
  report: (ChildReport & { kind: 'failed' }) | undefined,
  { code, signal, detail }: ExitReason,
  { directory, host, port }: ChildOptions,
): SpillwayError {
  // The engine tells the reason on stderr and throws something that does not hold it.
  if (detail.includes('Cannot lock file'))
    return new SpillwayError('DATA_DIRECTORY_BUSY', `${directory}: another process has this store open`);
  if (report?.code === 'listen')
    return new SpillwayError(
      'STORE_ENGINE_UNAVAILABLE',
      `cannot listen on ${host}:${port}: ${report.message}`,
    );
  const reason = report?.message ?? `it ended with ${signal ?? `exit code ${code}`}`;
  const advice =
    report?.code === 'package'
      ? 'It needs the optional npm package chdb and 64-bit Linux with glibc, or macOS. ' +
        'Install it, or name a ClickHouse server in the configuration.'
      : `Directory: ${directory}.`;
  return new SpillwayError(
    'STORE_ENGINE_UNAVAILABLE',
    `the embedded store does not start: ${reason}. ${advice}${detail && `\n${detail}`}`,
  );
}

/** Without a password only this machine may ask. @throws SpillwayError CONFIG_INVALID */
function refuseOpenDoor({ host, users }: ChildOptions): void {
  if (host === '127.0.0.1' || host === '::1' || host === 'localhost') return;
  const open = users.find(user => user.password === '');
  if (open)
    throw new SpillwayError(
      'CONFIG_INVALID',
      `store user ${open.name} has no password, so the store may listen on 127.0.0.1 only, not on ${host}`,
    );
}

/** SIGTERM, and SIGKILL when that was not enough. */
async function stopChild(child: ChildProcess, ended: Promise<ExitReason>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** Passes the engine's lines to the log and keeps the last of them for error messages. */
function logOutput(child: ChildProcess, log: Logger): { tail(): string } {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter(Boolean)) {
        log.warn(line);
        last.push(line);
      }
      last.splice(0, last.length - 20);
    });
    stream?.on('close', () => rest && last.push(rest));
  }
  return { tail: () => last.join('\n') };
}
