import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { actors } from '../../actors/index.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver/receiver.ts';
import { type ResolvedConfig, resolveConfig } from '../../runtime/config/resolve.ts';
import { type Nats, openNats } from '../../runtime/host/nats.ts';
import { supervise } from '../../runtime/supervisor/supervisor.ts';
import { cameraFrontEnd, type FrontEnd, simulatorFrontEnd } from '../../runtime/up/front-ends.ts';
import { reservePort } from '../../runtime/up/ports.ts';
import type { Broker } from './broker.ts';
import {
  DETECTOR,
  EXPERIMENT,
  type Places,
  RULES,
  SIDE,
  WEBHOOK,
  writeConfiguration,
} from './configuration.ts';
import { type Disks, openDisks } from './disks.ts';
import { type Links, openLinks } from './link-table.ts';
import { actorService, cameraService, Processes, simulatorService, storeService } from './processes.ts';
import { startBroker } from './start-broker.ts';

export interface SystemOptions {
  readonly directory: string;
  readonly nodes: 1 | 3;
  readonly spills: number;
  /** Accelerator time against wall time. */
  readonly speed: number;
  readonly seed: number;
  /** Why nothing may be mounted; undefined where it may. */
  readonly noMounts: string | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Everything that a campaign runs, with every way to disturb it. */
export interface System extends AsyncDisposable {
  readonly broker: Broker;
  readonly processes: Processes;
  readonly links: Links;
  readonly disks: Disks;
  /** By actor, the file that its clock is set by. */
  readonly clocks: ReadonlyMap<string, string>;
  readonly receiver: Receiver;
  /** Over connections that nothing is done to. */
  readonly nats: Nats;
  readonly config: ResolvedConfig;
  readonly frontEnds: readonly FrontEnd[];
  readonly simulator: string;
  readonly camera: string;
  /** Has the beam begin. */
  readonly begin: () => Promise<void>;
}

export const ACTORS: readonly string[] = actors.map(({ name }) => name);

export async function startSystem(options: SystemOptions): Promise<System> {
  const { directory, log, signal } = options;
  await using owned = new AsyncDisposableStack();
  for (const name of ['config', 'log', 'clock', 'camera'])
    await mkdir(join(directory, name), { recursive: true });
  const disks = owned.use(await openDisks(directory, options.noMounts));
  const processes = new Processes(log);
  const supervision = {
    backOff: BACK_OFF,
    clock: Date.now,
    random: Math.random,
    onEvent: processes.onEvent,
    signal,
  };
  const broker = owned.use(
    await startBroker(options.nodes, { directory: disks.directory('nats'), log, signal }),
  );
  const receiver = owned.use(await startReceiver({ host: '127.0.0.1', port: 0, clock: Date.now }));
  const ports = {
    store: await reservePort(0, owned),
    rotorooter: await reservePort(0, owned),
    monitor: await reservePort(0, owned),
    gateway: await reservePort(0, owned),
    simulator: await reservePort(0, owned),
    camera: await reservePort(0, owned),
  };
  const rules = join(directory, 'rules.yaml');
  await writeFile(rules, RULES);
  const places: Places = {
    ...ports,
    directory,
    replicas: broker.replicas,
    servers: broker.nodes,
    beam: disks.directory('beam'),
    data: disks.directory('data'),
    camera: join(directory, 'camera'),
    rules,
  };
  const webhook = Number(new URL(receiver.url).port);
  const links = owned.use(await openLinks(ACTORS, places, webhook));
  const direct = await writeConfiguration('direct', places, (_link, target) => target);
  const env = { [WEBHOOK]: `http://127.0.0.1:${links.ports.get('alarm-dispatcher>webhook')}/alerts` };
  // Whoever decides again what was decided reads the same section of the configuration here.
  Object.assign(process.env, env);
  owned.use(
    await supervise(
      [processes.watched(storeService(join(places.data, 'clickhouse'), ports.store, log))],
      supervision,
    ),
  );
  const config = resolveConfig(direct, actors, {});
  const nats = owned.use(
    await openNats({ ...config.nats, experiment: EXPERIMENT, name: 'chaos' }, log, signal),
  );
  const clocks = new Map(ACTORS.map(name => [name, join(directory, 'clock', name)]));
  const services = await Promise.all(
    ACTORS.map(async name => {
      const clock = clocks.get(name) ?? '';
      await writeFile(clock, padded(0));
      const own = await writeConfiguration(name, places, (link, target) => links.ports.get(link) ?? target);
      return actorService({ name, config: own, log: join(directory, 'log', `${name}.log`), clock, env });
    }),
  );
  owned.use(
    await supervise(
      services.map(service => processes.watched(service)),
      supervision,
    ),
  );
  const simulator = `http://127.0.0.1:${ports.simulator}`;
  const kept = owned.move();
  return {
    broker,
    processes,
    links: links.table,
    disks,
    clocks,
    receiver,
    nats,
    config,
    simulator,
    camera: places.camera,
    frontEnds: [
      simulatorFrontEnd(ports.simulator),
      cameraFrontEnd(ports.camera, { directory: places.camera, detector: DETECTOR }, nats),
    ],
    begin: async () => {
      const journal = join(directory, 'front-end.jsonl');
      const logs = (name: string) => join(directory, 'log', `${name}.log`);
      const { seed, speed, spills } = options;
      const beam = [`--seed=${seed}`, `--speed=${speed}`, `--spills=${spills}`, `--journal=${journal}`];
      const services = [
        cameraService(ports.camera, [...CAMERA, `--seed=${seed}`, `--out=${places.camera}`], logs('camera')),
        simulatorService(ports.simulator, beam, logs('simulator'), simulator),
      ];
      kept.use(await supervise(services, supervision));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const BACK_OFF = { firstMs: 200, maxMs: 2_000, resetAfterMs: 3_000 };

/** Two pictures a second, in runs of 15 s: a few runs even in a short campaign. */
const CAMERA = [
  '--rate=2',
  '--events=30',
  '--pedestals=10',
  '--pedestal-rate=10',
  '--data-runs=6',
  '--no-pmt',
  `--size=${SIDE}`,
  '--slow-control=5000ms',
  '--disk=1GiB',
  '--first-run=1',
];

/** What stands in a clock's file: as long for every time, so that no reader meets half of two. */
export const padded = (shiftMs: number): string => String(shiftMs).padStart(16);
