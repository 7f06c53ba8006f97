import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import { startGuarded } from '../../supervisor/guarded-process.ts';
import { type ExitReason, formatExit, type RunningService } from '../../supervisor/service.ts';
import { type NatsConfig, natsFiles, renderNatsConfig } from './config.ts';
import { findNatsServer } from './fetch.ts';
import type { NatsBinary } from './find.ts';
import { logLine } from './log.ts';
import { stopStaleServer } from './stale.ts';
import { isWriteError, writable } from './write-error.ts';

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
 * (`supervisor/guarded-process.ts`); one left over on the same store directory is stopped first. After a write error, as of a full disk,
 * it ends once there is room: only a new start takes it on (`write-error.ts`).
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
      syncInterval: options.syncInterval ?? 120_000,
      eventStoreBytes: options.eventStoreBytes ?? 0,
      ...(options.topology === undefined ? {} : { topology: options.topology }),
      ...(options.access === undefined ? {} : { access: options.access }),
    }),
  );
  signal.throwIfAborted();

  const serverLog = log.child({ part: 'nats-server' });
  const child = startGuarded({
    command: binary.path,
    args: ['-c', files.config],
    graceMs: STOP_WITHIN_MS,
    onLine(line) {
      logLine(serverLog, line);
      if (isWriteError(line)) endOnceWritable();
    },
  });
  const gone = new AbortController();
  void child.exited.then(() => gone.abort());
  let ending = false;
  const endOnceWritable = () => {
    if (ending) return;
    ending = true;
    void writable(storeDirectory, gone.signal).then(async yes => {
      if (!yes) return;
      log.warn('nats-server could not write, and now can: it has to be started again');
      await child.stop();
    });
  };
  try {
    const ports = await ready(
      files.ports(binary.path, child.pid),
      child.exited,
      AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]),
    );
    log.info(
      { version: binary.version, from: binary.origin, pid: child.pid, ...ports },
      'nats-server is ready',
    );
    return { ...child, ...ports, version: binary.version, [Symbol.asyncDispose]: () => child.stop() };
  } catch (cause) {
    await child.stop();
    signal.throwIfAborted();
    const { detail, ...exit } = await child.exited;
    throw new SpillwayError(
      'NATS_SERVER_UNAVAILABLE',
      `nats-server ${binary.version} (${binary.path}) did not come up (${formatExit({ ...exit, detail })}); ` +
        `it said:\n${detail || 'nothing'}`,
      { cause },
    );
  } finally {
    await rm(files.ports(binary.path, child.pid), { force: true });
  }
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

/** Not by `fetch`: the server may have been given a port that browsers, and `fetch` with them, refuse to call. */
const jetStreamIsOn = (monitorUrl: string, signal: AbortSignal): Promise<boolean> =>
  new Promise(resolve => {
    get(`${monitorUrl}/healthz?js-enabled-only=true`, { signal }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
