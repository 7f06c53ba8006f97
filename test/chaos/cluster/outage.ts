import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { actors } from '../../../actors/index.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { loadConfig, resolveConfig } from '../../../runtime/config/resolve.ts';
import { startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import { streamNow } from '../../../runtime/host/streams.ts';
import { simulatorFrontEnd } from '../../../runtime/up/front-ends.ts';
import { localUrl } from '../../../runtime/up/plan.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import { Session } from '../../../runtime/up/session.ts';
import { verify } from '../../../runtime/verify/verify.ts';
import { tcpProxy } from '../../helpers/tcp-proxy.ts';
import { startCluster } from './cluster.ts';

export interface OutageOptions {
  readonly directory: string;
  /** How long the link is down. */
  readonly outageMs: Milliseconds;
  readonly seed: number;
  readonly speed: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Outage {
  readonly outageMs: Milliseconds;
  /** Readings that the site took while the link was down. */
  readonly takenMeanwhile: number;
  /** Readings that the hub had not, when the link came back. */
  readonly behind: number;
  /** From then until the hub had as many as the site. */
  readonly catchUpMs: Milliseconds;
  /** Records at each stage, in spill and out, of the front end at the site and of stream, files and store at the hub. */
  readonly stages: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly duplicated: number;
  readonly different: number;
}

const BEFORE_MS = 10_000;
const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOMAIN = 'site1';

/**
 * The beam monitor at a remote site, everything else at a hub of three servers, and a link between the two that is down for a while.
 */
export async function outage(options: OutageOptions): Promise<Outage> {
  const { directory, log, signal, outageMs, seed, speed } = options;
  await using owned = new AsyncDisposableStack();
  const leafPorts = [await freePort(0), await freePort(0), await freePort(0)];
  const cluster = owned.use(
    await startCluster({ directory: join(directory, 'nats'), log, signal, leafPorts, domain: 'hub' }),
  );
  const links = [];
  for (const port of leafPorts) links.push(owned.use(await tcpProxy(port)));
  const siteServer = owned.use(
    await startNatsServer({
      name: 'site',
      storeDirectory: join(directory, 'nats', 'site'),
      log,
      signal,
      topology: {
        domain: DOMAIN,
        hub: { urls: links.map(({ port }) => `nats-leaf://127.0.0.1:${port}`), experiments: ['numi'] },
      },
    }),
  );
  const fromMs = Date.now();
  const start = async (name: string, config: object) => {
    await mkdir(join(directory, name), { recursive: true });
    const configPath = join(directory, name, 'spillway.yaml');
    await writeFile(configPath, JSON.stringify({ experiment: 'numi', dataDirectory: 'data', ...config }));
    const parts = { configPath, config: loadConfig(configPath, actors), actors, log, signal };
    return {
      configPath,
      session: owned.use(await Session.start({ ...parts, onTrouble: log.warn.bind(log) })),
    };
  };
  const devices = join(ROOT, 'fixtures', 'devices', 'numi.yaml');
  const hub = await start('hub', {
    nats: {
      servers: cluster.nodes.map(({ port }) => `nats://127.0.0.1:${port}`),
      replicas: 3,
      sites: [{ domain: DOMAIN, streams: ['BEAM', 'HEALTH'] }],
    },
    embedded: { clickhouse: { memory: '1GiB' } },
    actors: {
      'spill-packer': { simulated: true },
      rotorooter: { port: 0 },
      'rotorooter-feed': {},
      recorder: {},
    },
  });
  const site = await start('site', {
    nats: { servers: [siteServer.url] },
    embedded: { clickhouse: { memory: '1GiB' }, simulator: { devices, seed, speed } },
    actors: {
      'beam-monitor': {
        source: 'acnet',
        server: 'http://127.0.0.1:1/',
        devices,
        callback: { listen: { port: 0 } },
      },
    },
  });
  const last = async ({ session }: typeof hub) => (await streamNow(session.nats, 'BEAM')).lastSequence;

  await pause(BEFORE_MS, signal);
  await Promise.all(links.map(link => link.cut()));
  const before = await last(site);
  await pause(outageMs, signal);
  const [taken, had] = [await last(site), await last(hub)];
  await Promise.all(links.map(link => link.mend()));
  const mendedAt = performance.now();
  while ((await last(hub)) < taken && !signal.aborted) await pause(50, signal);
  const catchUpMs = performance.now() - mendedAt;

  await pause(BEFORE_MS, signal);
  const port = site.session.plan.simulator?.port ?? 0;
  const frontEnd = simulatorFrontEnd(port);
  await frontEnd.stop();
  while ((await frontEnd.owes()).length > 0 && !signal.aborted) await pause(100, signal);
  while ((await last(hub)) < (await last(site)) && !signal.aborted) await pause(100, signal);
  await hub.session.measure(0);
  const scope = { fromMs, toMs: Date.now() + 3_600_000, frontEnd: localUrl(port), truth: undefined };
  const { spills, outOfSpill, findings } = await verify(
    resolveConfig(hub.configPath, actors, {}),
    hub.session.nats,
    scope,
  );
  const count = (kind: string) => findings.filter(finding => finding.kind === kind).length;
  const stages = Object.entries(spills).map(([stage, records]) => [
    stage,
    (records ?? 0) + (outOfSpill[stage as keyof typeof outOfSpill] ?? 0),
  ]);
  return {
    outageMs,
    takenMeanwhile: taken - before,
    behind: taken - had,
    catchUpMs: Math.round(catchUpMs),
    stages: Object.fromEntries(stages) as Record<string, number>,
    lost: count('lost'),
    duplicated: count('duplicated'),
    different: count('different'),
  };
}
