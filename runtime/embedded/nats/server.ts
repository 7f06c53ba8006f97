import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type GuardedChild, guardedSpawn } from '../../supervisor/guarded-spawn.ts';
import type { ExitReason, RunningService } from '../../supervisor/service.ts';
import { type NatsConfig, natsFiles, renderNatsConfig } from './config.ts';
import { findNatsServer } from './fetch.ts';
import type { NatsBinary } from './find.ts';
import { logLine } from './log.ts';
import { stopStaleServer } from './stale.ts';

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const POLL_MS = 20;

export interface NatsServerOptions extends Partial<Omit<NatsConfig, 'storeDirectory'>> {
  /** Everything the server writes is below it. The caller sees to it that no other server is started on it. */
  readonly storeDirectory: string;
  readonly log: Logger;
  /** Abandons a start under way; a started server is ended with `stop`. */
  readonly signal: AbortSignal;
  /** The server to run; found or fetched when not given. */
  readonly binary?: NatsBinary;
}

export interface NatsServer extends RunningService, AsyncDisposable {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>`: the server's own monitoring pages, e.g. `/jsz`. */
  readonly monitorUrl: string;
  readonly version: string;
  readonly pid: number;
}

/**
 * A real nats-server with JetStream on loopback, ready for use when this resolves. It dies with this process
 * (`guarded-spawn.ts`); one left over on the same store directory is stopped first.
 * @throws SpillwayError NATS_SERVER_UNAVAILABLE when there is none or it does not come up, with its last words.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { storeDirectory, log, signal } = options;
  const binary = options.binary ?? (await findNatsServer({ env: process.env, log, signal }));
  const files = natsFiles(storeDirectory);
  await mkdir(storeDirectory, { recursive: true });
  await stopStaleServer(storeDirectory, log);
  await writeFile(
    files.config,
    renderNatsConfig({
      name: options.name ?? 'spillway',
      storeDirectory,
      port: options.port ?? 0,
      httpPort: options.httpPort ?? 0,
      syncInterval: options.syncInterval ?? '2m',
    }),
  );
  signal.throwIfAborted();

  const child = guardedSpawn(binary.path, ['-c', files.config], { graceMs: STOP_WITHIN_MS });
  const output = logOutput(child, log);
  const exited = new Promise<ExitReason>(resolve => {
    // `close`, not `exit`: by then all of stderr has been read.
    child.once('close', (code, signalName) => resolve({ code, signal: signalName, detail: output.tail() }));
  });
  const stop = () => stopChild(child, exited);
  try {
    const ports = await ready(
      files.ports(binary.path, child.pid),
      exited,
      AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]),
    );
    log.info(
      { version: binary.version, from: binary.origin, pid: child.pid, ...ports },
      'nats-server is ready',
    );
    return {
      ...ports,
      version: binary.version,
      pid: child.pid,
      exited,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (cause) {
    await stop();
    signal.throwIfAborted();
    const words = output.tail();
    throw new SpillwayError(
      'NATS_SERVER_UNAVAILABLE',
      `nats-server ${binary.version} (${binary.path}) did not come up${words && `; it said:\n${words}`}`,
      { cause },
    );
  } finally {
    await rm(files.ports(binary.path, child.pid), { force: true });
  }
}

/** SIGTERM, and SIGKILL when that was not enough. */
async function stopChild(child: GuardedChild, exited: Promise<ExitReason>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

/** Passes the server's lines to our log and keeps the last of them for error messages. */
function logOutput(child: GuardedChild, log: Logger): { tail(): string } {
  const last: string[] = [];
  const server = log.child({ part: 'nats-server' });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        logLine(server, line);
        last.push(line);
      }
      last.splice(0, last.length - 20);
    });
    stream.on('close', () => rest && last.push(rest));
  }
  return { tail: () => last.join('\n') };
}

/** What the server writes into `ports_file_dir` once it listens. */
const Ports = z.object({
  nats: z.tuple([z.string()]).rest(z.string()),
  monitoring: z.tuple([z.string()]).rest(z.string()),
});

/** The server listens and JetStream is on. */
async function ready(
  portsFile: string,
  exited: Promise<ExitReason>,
  signal: AbortSignal,
): Promise<Pick<NatsServer, 'url' | 'port' | 'monitorUrl'>> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (;;) {
    signal.throwIfAborted();
    if (ended) throw new Error('it ended before it was ready');
    const ports = await readPorts(portsFile);
    if (ports && (await jetStreamIsOn(ports.monitorUrl, signal))) return ports;
    await delay(POLL_MS, undefined, { signal });
  }
}

async function readPorts(file: string): Promise<Pick<NatsServer, 'url' | 'port' | 'monitorUrl'> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  let ports: z.infer<typeof Ports>;
  try {
    ports = Ports.parse(JSON.parse(text));
  } catch {
    // Not there yet, or half written.
    return undefined;
  }
  const url = ports.nats[0];
  return { url, port: Number(new URL(url).port), monitorUrl: ports.monitoring[0] };
}

async function jetStreamIsOn(monitorUrl: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${monitorUrl}/healthz?js-enabled-only=true`, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
