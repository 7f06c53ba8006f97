import { setTimeout as delay } from 'node:timers/promises';
import type { StreamName } from '../../../protocol/subjects.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import type { Broker, BrokerNode, BrokerOptions } from '../broker.ts';
import { clientsOf, ledBy, metaLeaderSeenBy } from './monitoring.ts';
import { type SupervisedNats, superviseNats } from './node.ts';
import { routeProxies } from './route-proxies.ts';

/** The first election takes about as long as any. */
const ELECTED_WITHIN_MS = 30_000;

/** A route that another server hears of from a third one must not go past the proxies: it leads nowhere. */
const NOWHERE = '127.0.0.1:9';

/** A cluster as a campaign has it, with what only a run against leaders asks for. */
export interface Cluster extends Broker {
  readonly version: string;
  /** Who leads what is not a stream: which streams there are, and who has them. */
  metaLeader(): Promise<BrokerNode | undefined>;
  /** The server that a process is connected to, by the name of its connection. */
  serverOf(actor: string): Promise<BrokerNode | undefined>;
  /** Whether every stream has a leader and every copy is up to date, as a client waits for before it takes another server down. */
  whole(streams: number): Promise<boolean>;
}

export interface ClusterOptions extends BrokerOptions {
  /** Where servers of remote sites may connect to: a port for each server. */
  readonly leafPorts?: readonly number[];
  /** Name of its JetStream, where remote sites have theirs. */
  readonly domain?: string;
}

/** Three servers on the loopback interface, whose routes to each other can be cut. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  await using owned = new AsyncDisposableStack();
  const ports = [await freePort(0), await freePort(0), await freePort(0)];
  const proxies = owned.use(await routeProxies(ports));
  const starting = ports.map((port, index) =>
    superviseNats({
      ...options,
      name: `n${index + 1}`,
      topology: {
        cluster: {
          name: 'chaos',
          port,
          advertise: NOWHERE,
          routes: proxies.routesOf(index).map(route => `nats://127.0.0.1:${route}`),
        },
        ...(options.domain === undefined ? {} : { domain: options.domain }),
        ...(options.leafPorts?.[index] === undefined ? {} : { leafPort: options.leafPorts[index] }),
      },
    }),
  );
  const started = await Promise.allSettled(starting);
  for (const one of started) if (one.status === 'fulfilled') owned.use(one.value);
  const servers = await Promise.all(starting);
  const nodes = servers.map(
    (server, index): BrokerNode => ({
      name: server.name,
      port: server.port,
      directory: server.directory,
      pid: () => server.pid(),
      isolate: () => proxies.isolate(index),
      rejoin: () => void proxies.rejoin(index),
    }),
  );
  const named = (name: string | undefined) => nodes.find(node => node.name === name);
  const metaLeader = async () => named(await majority(servers));
  for (const until = performance.now() + ELECTED_WITHIN_MS; !(await metaLeader()); ) {
    options.signal.throwIfAborted();
    if (performance.now() > until) throw new Error('the cluster has no leader');
    await delay(50);
  }
  const kept = owned.move();
  return {
    replicas: 3,
    version: servers[0]?.version ?? '',
    nodes,
    metaLeader,
    async leaderOf(experiment: string, stream: StreamName) {
      const name = serverName(experiment, stream);
      const led = await Promise.all(servers.map(server => ledBy(server.monitorUrl, server.name)));
      return nodes.find((_, index) => led[index]?.has(name));
    },
    async serverOf(actor) {
      const clients = await Promise.all(servers.map(({ monitorUrl }) => clientsOf(monitorUrl)));
      return nodes.find((_, index) => clients[index]?.some(name => name.includes(actor)));
    },
    async whole(streams) {
      const led = await Promise.all(servers.map(server => ledBy(server.monitorUrl, server.name)));
      const names = new Set(led.flatMap(one => [...one.keys()]));
      return names.size >= streams && led.every(one => [...one.values()].every(Boolean));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Whom two of three take for the leader: one that is cut off may still take itself for it. */
async function majority(servers: readonly SupervisedNats[]): Promise<string | undefined> {
  const seen = await Promise.all(servers.map(({ monitorUrl }) => metaLeaderSeenBy(monitorUrl)));
  return seen.find((name, index) => name !== undefined && seen.indexOf(name) !== index);
}
