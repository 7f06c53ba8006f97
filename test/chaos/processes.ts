import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from 'pino';
import { startClickHouse } from '../../runtime/embedded/clickhouse/server.ts';
import { processService } from '../../runtime/supervisor/process-service.ts';
import { sendSignal } from '../../runtime/supervisor/process-table.ts';
import type { RunningService, Service } from '../../runtime/supervisor/service.ts';
import type { SupervisorEvent } from '../../runtime/supervisor/supervisor.ts';
import { CAMERA } from '../../runtime/up/camera.ts';
import { SIMULATOR } from '../../runtime/up/simulator.ts';
import { STORE } from './fault.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A killed process is to be missed for a moment, and never for long. */
export const BACK_OFF = { firstMs: 200, maxMs: 2_000, resetAfterMs: 3_000 };

/** The processes of a campaign by name, as they run now. */
export class Processes {
  readonly #pids = new Map<string, number>();
  readonly #log: Logger;
  /** How often each ended. */
  readonly ends = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  pid(name: string): number | undefined {
    return this.#pids.get(name);
  }

  /** Sends a signal to a process that runs; one that is just starting again has nothing to lose. */
  signal(name: string, signal: NodeJS.Signals, pid = this.pid(name)): number | undefined {
    if (pid !== undefined) sendSignal(pid, signal);
    return pid;
  }

  /** Knows the pids of a service. */
  watched(service: Service): Service {
    const { name } = service;
    return {
      name,
      start: async signal => {
        const running = (await service.start(signal)) as RunningService & { readonly pid: number };
        this.#pids.set(name, running.pid);
        void running.exited.then(() => this.#pids.get(name) === running.pid && this.#pids.delete(name));
        return running;
      },
    };
  }

  readonly onEvent = (event: SupervisorEvent): void => {
    const { service, kind } = event;
    if (kind === 'exited') this.ends.set(service, (this.ends.get(service) ?? 0) + 1);
    this.#log.info(event, `${service} ${kind}`);
  };
}

export interface ActorProcess {
  readonly name: string;
  readonly config: string;
  /** Where what it says is kept. */
  readonly log: string;
  /** File that tells by how much its clock is wrong; see `clock-shift.ts`. */
  readonly clock: string;
  readonly env: Readonly<Record<string, string>>;
}

const CLOCK_SHIFT = pathToFileURL(join(import.meta.dirname, 'clock-shift.ts')).href;

/** An actor as a process of its own, by the command line that users have. */
export function actorService({ name, config, log, clock, env }: ActorProcess): Service {
  return processService({
    name,
    command: process.execPath,
    args: ['--import', CLOCK_SHIFT, join(ROOT, 'main.ts'), 'run', name, '--config', config],
    env: {
      NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled'),
      ...process.env,
      ...env,
      CHAOS_CLOCK: clock,
    },
    drainMs: 12_000,
    onLine: linesTo(log),
  });
}

export const storeService = (directory: string, port: number, log: Logger): Service => ({
  name: STORE,
  start: signal => startClickHouse({ directory, port, memoryBytes: 2 ** 30, log, signal }),
});

export interface FrontEndPorts {
  readonly simulator: number;
  readonly camera: number;
}

/** The simulated beam. It is no part of the system: nothing is done to it. */
export const simulatorService = (port: number, args: readonly string[], log: string, url: string): Service =>
  processService({
    name: 'simulator',
    command: process.execPath,
    args: [SIMULATOR, `--port=${port}`, ...args],
    drainMs: 3_000,
    onLine: linesTo(log),
    ready: (_process, signal) => answering(`${url}/status`, signal),
  });

/** The simulated camera, likewise. */
export const cameraService = (port: number, args: readonly string[], log: string): Service =>
  processService({
    name: 'camera',
    command: process.execPath,
    args: [CAMERA, `--port=${port}`, ...args],
    drainMs: 3_000,
    onLine: linesTo(log),
  });

function linesTo(path: string): (line: string) => void {
  const file = createWriteStream(path, { flags: 'a' });
  return line => void file.write(`${line}\n`);
}

async function answering(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const up = await fetch(url, { signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
