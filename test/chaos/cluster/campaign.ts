import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { actors } from '../../../actors/index.ts';
import { KeyedRandom } from '../../../fixtures/simulator/random.ts';
import { STREAMS } from '../../../protocol/subjects.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { loadConfig, resolveConfig } from '../../../runtime/config/resolve.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import type { Report } from '../../../runtime/up/report.ts';
import { Session } from '../../../runtime/up/session.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Partition, partition } from './partitions.ts';
import { Probe, type Probed } from './probe.ts';
import { passages, type Recovery, recovery } from './recovery.ts';
import { type Strike, strikeLeaders, VICTIMS, type Victim } from './strikes.ts';

export interface CampaignOptions {
  /** Empty; everything is written below it. */
  readonly directory: string;
  readonly kills: number;
  readonly seed: number;
  /** How long a server is cut off; 0: none is. */
  readonly partitionMs: Milliseconds;
  /** Of the simulated beam: 1 is a spill every two seconds. */
  readonly speed: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Campaign {
  readonly date: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly strikes: readonly Strike[];
  readonly partitions: readonly Partition[];
  readonly recovery: Readonly<Record<Victim | 'all' | 'cut off', Recovery>>;
  readonly probed: Probed;
  readonly result: Pick<
    Report,
    | 'spills'
    | 'lost'
    | 'duplicated'
    | 'different'
    | 'deadLetters'
    | 'unsettled'
    | 'restarts'
    | 'durationSeconds'
    | 'findings'
  >;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXPERIMENT = 'numi';

/** Streams of the experiment, its state, and the probe's. */
const STREAM_COUNT = Object.keys(STREAMS).length + 2;

/** Kills leaders of a cluster that carries the beam chain, cuts servers off, and compares everything at the end. */
export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { directory, log, signal, kills, partitionMs } = options;
  await using cluster = await startCluster({ directory: join(directory, 'nats'), log, signal });
  const configPath = await configure(cluster, options);
  const config = loadConfig(configPath, actors);
  const startedAtMs = Date.now();
  await using session = await Session.start({
    configPath,
    config,
    actors,
    log,
    signal,
    onTrouble: trouble => log.warn(trouble),
  });
  await using probe = await Probe.start(cluster.nodes);
  const enough = new AbortController();
  await firstRow(session.nats, signal);
  const measuring = session.measure(2 ** 31 - 1, enough.signal);
  const during = { experiment: EXPERIMENT, streams: STREAM_COUNT, log, signal };
  const keyed = new KeyedRandom(options.seed);
  const strikes = await strikeLeaders(cluster, { ...during, kills, random: () => keyed.uniform() });
  const partitions = partitionMs > 0 ? await partition(cluster, { ...during, lastsMs: partitionMs }) : [];
  const probed = await probe.result();
  enough.abort();
  const report = await measuring;
  const { store } = resolveConfig(configPath, actors, {});
  const through = await passages(session.nats, store, startedAtMs);
  const of = (victim: Victim) => strikes.filter(strike => strike.victim === victim);
  const recoveryOf = (blows: readonly { readonly at: Milliseconds }[]) =>
    recovery(
      through,
      blows.map(({ at }) => at),
    );
  const { spills, lost, duplicated, different, deadLetters, unsettled, restarts, durationSeconds, findings } =
    report;
  return {
    date: new Date(startedAtMs).toISOString().slice(0, 10),
    seed: options.seed,
    versions: { ...report.versions, nats: cluster.version },
    strikes,
    partitions,
    recovery: {
      all: recoveryOf(strikes),
      ...(Object.fromEntries(VICTIMS.map(victim => [victim, recoveryOf(of(victim))])) as Record<
        Victim,
        Recovery
      >),
      'cut off': recoveryOf(partitions),
    },
    probed,
    result: {
      spills,
      lost,
      duplicated,
      different,
      deadLetters,
      unsettled,
      restarts,
      durationSeconds,
      findings: findings.slice(0, 50),
    },
  };
}

/** The beam chain on the cluster, with a store and a front end of its own. */
async function configure(cluster: Cluster, { directory, seed, speed }: CampaignOptions): Promise<string> {
  const path = join(directory, 'spillway.yaml');
  const devices = join(ROOT, 'fixtures', 'devices', 'numi.yaml');
  const config = {
    experiment: EXPERIMENT,
    dataDirectory: 'data',
    nats: { servers: cluster.nodes.map(({ port }) => `nats://127.0.0.1:${port}`), replicas: 3 },
    embedded: { clickhouse: { memory: '1GiB' }, simulator: { devices, seed, speed } },
    actors: {
      'beam-monitor': {
        source: 'acnet',
        server: 'http://127.0.0.1:1/',
        devices,
        callback: { listen: { port: 0 } },
      },
      'spill-packer': { simulated: true },
      rotorooter: { port: 0 },
      'rotorooter-feed': {},
      recorder: {},
    },
  };
  await writeFile(path, JSON.stringify(config, undefined, 2));
  return path;
}

/** Waits until something has come all the way: what starts is not what is to be disturbed. */
async function firstRow({ jsm, experiment }: Nats, signal: AbortSignal): Promise<void> {
  const done = () =>
    jsm.consumers.info(serverName(experiment, 'SPILL'), 'recorder').then(
      ({ ack_floor }) => ack_floor.stream_seq > 0,
      () => false,
    );
  while (!(await done())) {
    signal.throwIfAborted();
    await pause(500, signal);
  }
}
