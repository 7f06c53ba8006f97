import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ActorDefinition } from '../actor.ts';
import { OVERRIDES_VARIABLE } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { startClickHouse } from '../embedded/clickhouse/server.ts';
import { pause } from '../host/back-off.ts';
import { logLine } from '../supervisor/log-line.ts';
import { processService } from '../supervisor/process-service.ts';
import type { Service } from '../supervisor/service.ts';
import { CAMERA, cameraArguments, cameraDirectory } from './camera.ts';
import { embeddedNats } from './embedded-nats.ts';
import { localUrl, type Plan } from './plan.ts';
import { SIMULATOR, simulatorFiles } from './simulator.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface ServiceOptions {
  readonly configPath: string;
  readonly config: Config;
  readonly actors: readonly ActorDefinition<unknown>[];
  readonly plan: Plan;
  readonly log: Logger;
  readonly onVersion: (what: 'nats' | 'clickhouse', version: string) => void;
  /** Where the simulated front end keeps its record of what it served. */
  readonly journal: string;
}

/**
 * Everything `up` runs, in the order of its start: what others need first, and the front ends last. Each actor is a process
 * of its own, so that one that dies takes no other with it.
 */
export function services(options: ServiceOptions): Service[] {
  const { config, actors, plan, log, onVersion } = options;
  const { nats, clickhouse, simulator, camera } = config.embedded;
  const list: Service[] = [];
  if (nats && plan.nats) {
    const onNats = (version: string) => onVersion('nats', version);
    list.push(embeddedNats({ config, actors, ...plan.nats, log, onVersion: onNats }));
  }
  if (clickhouse && plan.clickhouse) {
    const { port } = plan.clickhouse;
    list.push({
      name: 'clickhouse',
      start: async signal => {
        const directory = join(config.dataDirectory, 'clickhouse');
        const engine = await startClickHouse({
          directory,
          port,
          memoryBytes: clickhouse.memory,
          log,
          signal,
        });
        onVersion('clickhouse', engine.version);
        return engine;
      },
    });
  }
  for (const name of Object.keys(config.actors)) {
    if (config.actors[name] !== undefined) list.push(actorService(name, options));
  }
  if (camera && plan.camera) list.push(cameraService(camera, plan.camera.port, options));
  if (plan.receiver) list.push(receiverService(plan.receiver.port, options));
  if (simulator && plan.simulator) list.push(simulatorService(simulator, plan.simulator.port, options));
  return list;
}

/** What the host logs when an actor is at work. */
const AT_WORK = '"msg":"running"';

/** One that waits for something, such as a lease, must not hold up the others. */
const BEGUN_WITHIN_MS = 5_000;

function actorService(name: string, { configPath, config, plan, log }: ServiceOptions): Service {
  let atWork = () => {};
  const process_ = processService({
    name,
    command: process.execPath,
    args: [join(ROOT, 'main.ts'), 'run', name, '--config', configPath],
    env: { ...process.env, [OVERRIDES_VARIABLE]: JSON.stringify(plan.overrides) },
    drainMs: config.drain + 2_000,
    onLine: (line, stream) => {
      if (line.includes(AT_WORK)) atWork();
      logLine(log, line, stream);
    },
  });
  return {
    name,
    async start(signal) {
      const begun = Promise.withResolvers<void>();
      atWork = begun.resolve;
      const child = await process_.start(signal);
      return {
        ...child,
        begun: Promise.race([begun.promise, child.exited, pause(BEGUN_WITHIN_MS, signal)]),
      };
    },
  };
}

const simulatorService = (
  simulator: NonNullable<Config['embedded']['simulator']>,
  port: number,
  { log, journal }: ServiceOptions,
): Service =>
  processService({
    name: 'simulator',
    command: process.execPath,
    args: [
      SIMULATOR,
      ...simulatorFiles(simulator),
      `--seed=${simulator.seed}`,
      `--speed=${simulator.speed}`,
      `--port=${port}`,
      `--journal=${journal}`,
    ],
    drainMs: 3_000,
    onLine: (line, stream) => logLine(log.child({ part: 'simulator' }), line, stream),
    ready: (_process, signal) => answering(`${localUrl(port)}/status`, signal),
  });

const cameraService = (
  camera: NonNullable<Config['embedded']['camera']>,
  port: number,
  { config, log }: ServiceOptions,
): Service =>
  processService({
    name: 'camera',
    command: process.execPath,
    args: [CAMERA, ...cameraArguments(camera), `--out=${cameraDirectory(config)}`, `--port=${port}`],
    drainMs: 3_000,
    // Nobody has to wait for it: its pedestal run may be half over when the intake is there.
    onLine: (line, stream) => logLine(log.child({ part: 'camera' }), line, stream),
  });

const receiverService = (port: number, { config, log }: ServiceOptions): Service =>
  processService({
    name: 'receiver',
    command: process.execPath,
    args: [
      join(ROOT, 'fixtures', 'receiver', 'main.ts'),
      `--port=${port}`,
      `--journal=${join(config.dataDirectory, 'receiver', 'journal.jsonl')}`,
    ],
    drainMs: 3_000,
    onLine: (line, stream) => logLine(log.child({ part: 'receiver' }), line, stream),
    ready: (_process, signal) => answering(localUrl(port), signal),
  });

/** Resolves once something answers there, or the signal aborts. */
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
