import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorDefinition } from '../actor.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { pause } from '../host/back-off.ts';
import { type Nats, openNats } from '../host/nats.ts';
import { lockDirectory } from '../lock.ts';
import { formatExit } from '../supervisor/service.ts';
import { type SupervisorEvent, supervise } from '../supervisor/supervisor.ts';
import { pages } from '../verify/pages.ts';
import { verify } from '../verify/verify.ts';
import { cameraDirectory } from './camera.ts';
import { type CameraFiles, keepCameraFiles } from './camera-files.ts';
import { cameraFrontEnd, type FrontEnd, simulatorFrontEnd } from './front-ends.ts';
import { localUrl, type Plan, planPorts, publishAddresses, RECEIVER_CHANNEL } from './plan.ts';
import { type Report, report } from './report.ts';
import { services } from './services.ts';
import { settle } from './settle.ts';

const BACK_OFF = { firstMs: 200, maxMs: 10_000, resetAfterMs: 30_000 };

/** What brings the first spill onto the page; the rest can come up while people look at it. */
const FIRST = [
  'nats-server',
  'clickhouse',
  'simulator',
  'beam-monitor',
  'gateway',
  'spill-packer',
  'recorder',
];

/** How long what is on its way may take to arrive once the front end has stopped. */
const SETTLE_MS = 120_000;

export interface SessionOptions {
  readonly configPath: string;
  readonly config: Config;
  readonly actors: readonly ActorDefinition<unknown>[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onTrouble: (trouble: string) => void;
}

/** Everything that one `spillway up` runs, started and ready; disposing of it stops it in order. */
export class Session implements AsyncDisposable {
  readonly nats: Nats;
  readonly plan: Plan;
  readonly versions: Record<string, string>;
  readonly startedAtMs = Date.now();
  /** Before any front end made anything. */
  readonly #fromMs: Milliseconds;
  readonly #options: SessionOptions;
  readonly #restarts: Record<string, number>;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    fromMs: Milliseconds,
    options: SessionOptions,
    nats: Nats,
    plan: Plan,
    versions: Record<string, string>,
    restarts: Record<string, number>,
    owned: AsyncDisposableStack,
  ) {
    this.#fromMs = fromMs;
    this.#options = options;
    this.nats = nats;
    this.plan = plan;
    this.versions = versions;
    this.#restarts = restarts;
    this.#owned = owned;
  }

  /** @throws SpillwayError DATA_DIRECTORY_BUSY when another `spillway up` has the data directory. */
  static async start(options: SessionOptions): Promise<Session> {
    const { config, configPath, log, signal } = options;
    const fromMs = Date.now();
    await using starting = new AsyncDisposableStack();
    await mkdir(join(config.dataDirectory, 'front-end'), { recursive: true });
    starting.use(await lockDirectory(config.dataDirectory, { clock: Date.now }));
    if (config.embedded.camera) await mkdir(cameraDirectory(config), { recursive: true });
    const plan = await planPorts(config, starting);
    starting.use(await publishAddresses(config.dataDirectory, plan.overrides));

    const versions: Record<string, string> = { node: process.versions.node };
    const restarts: Record<string, number> = {};
    const onEvent = (event: SupervisorEvent) => tell(event, options, restarts);
    starting.use(
      await supervise(
        services({
          configPath,
          config,
          actors: options.actors,
          plan,
          log,
          journal: join(config.dataDirectory, 'front-end', 'journal.jsonl'),
          onVersion: (what, version) => (versions[what] = version),
        }),
        {
          backOff: BACK_OFF,
          clock: Date.now,
          random: Math.random,
          onEvent,
          // One more than there are cores: each waits for an answer now and then.
          atOnce: availableParallelism() + 1,
          first: FIRST,
          signal,
        },
      ),
    );
    const { nats: address } = resolved(options);
    const nats = starting.use(
      await openNats({ ...address, experiment: config.experiment, name: 'spillway up' }, log, signal),
    );
    const files = cameraFiles(config);
    if (files) starting.use(keepCameraFiles(files, nats, log));
    versions['nats'] ??= nats.connection.info?.version ?? 'unknown';
    return new Session(fromMs, options, nats, plan, versions, restarts, starting.move());
  }

  /**
   * Runs for a while, then stops the front ends, waits until all has arrived, and compares every stage.
   * @param enough ends the while early
   */
  async measure(durationMs: number, enough = this.#options.signal): Promise<Report> {
    const { actors, config, signal } = this.#options;
    const simulator = this.plan.simulator?.port;
    const frontEnds = this.#frontEnds();
    await pause(durationMs, AbortSignal.any([signal, enough]));
    await Promise.all(frontEnds.map(frontEnd => frontEnd.stop()));
    const running = actors.filter(({ name }) => config.actors[name] !== undefined);
    const unsettled = await settle(this.nats, running, frontEnds, SETTLE_MS, new AbortController().signal);
    const durationSeconds = (Date.now() - this.startedAtMs) / 1000;
    const result = await verify(resolved(this.#options), this.nats, {
      fromMs: this.#fromMs,
      toMs: Date.now() + 3_600_000,
      frontEnd: simulator === undefined ? undefined : localUrl(simulator),
      truth: config.embedded.camera && cameraDirectory(config),
    });
    const receiver = this.plan.receiver?.port;
    return report(result, {
      durationSeconds,
      restarts: this.#restarts,
      unsettled,
      versions: this.versions,
      pages:
        receiver === undefined
          ? undefined
          : await pages(this.nats, localUrl(receiver), RECEIVER_CHANNEL, this.#fromMs),
    });
  }

  #frontEnds(): FrontEnd[] {
    const { config } = this.#options;
    const { simulator, camera } = this.plan;
    const files = cameraFiles(config);
    return [
      ...(simulator ? [simulatorFrontEnd(simulator.port)] : []),
      ...(camera && files ? [cameraFrontEnd(camera.port, files, this.nats)] : []),
    ];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync();
  }
}

interface IntakeSection {
  readonly detector: string;
}

/** `undefined` without an intake too: then nobody takes what the camera writes, and its files stay. */
function cameraFiles(config: Config): CameraFiles | undefined {
  const { camera } = config.embedded;
  const intake = config.actors['event-intake'] as IntakeSection | undefined;
  return (
    camera &&
    intake && { directory: cameraDirectory(config), keep: camera.keepRuns, detector: intake.detector }
  );
}

const resolved = ({ configPath, actors }: SessionOptions) => resolveConfig(configPath, actors, {});

function tell(event: SupervisorEvent, { log, onTrouble }: SessionOptions, restarts: Record<string, number>) {
  const { service } = event;
  if (event.kind === 'exited') {
    restarts[service] = (restarts[service] ?? 0) + 1;
    log.warn({ service, ...event.exit }, `${service} ended`);
    onTrouble(`${service} ended (${formatExit(event.exit)}) and starts again`);
  } else if (event.kind === 'failed') {
    log.error({ service, code: event.error.code }, `${service} does not start: ${event.error.message}`);
    onTrouble(`${service} does not start: ${event.error.message}`);
  } else {
    log.info(event, `${service} ${event.kind}`);
  }
}
