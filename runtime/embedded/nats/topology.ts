import type { Milliseconds } from '../../../protocol/time.ts';

/** How a server belongs with others: in a cluster, as the hub of remote sites, or as the server of one. */
export interface NatsTopology {
  /** Where other servers reach it; the loopback interface when left out. */
  readonly host?: string;
  /** A cluster: streams may have as many copies as it has servers. */
  readonly cluster?: {
    readonly name: string;
    /** Where the others' routes come to. */
    readonly port: number;
    /** `nats://host:port` of every other server of the cluster. */
    readonly routes: readonly string[];
    /** Address that the others are told to call it at, where it is not the one it listens on. */
    readonly advertise?: string;
  };
  /** Name of its JetStream among those that leaf connections join: of the hub, or of the site. */
  readonly domain?: string;
  /** At the hub: where the servers of remote sites connect to. */
  readonly leafPort?: number;
  /** At a remote site: the hub. */
  readonly hub?: {
    /** `nats-leaf://host:port` of the hub's servers. */
    readonly urls: readonly string[];
    /** Experiments whose messages stay in the site's own streams: the hub takes them from there, once. */
    readonly experiments: readonly string[];
    readonly reconnectMs?: Milliseconds;
  };
}

/** The parts of nats-server's configuration that say so. */
export const renderTopology = ({ host = '127.0.0.1', cluster, leafPort, hub }: NatsTopology): object => ({
  ...(cluster && {
    cluster: {
      name: cluster.name,
      listen: `${host}:${cluster.port}`,
      // Clients keep to the addresses they were given.
      no_advertise: true,
      ...(cluster.advertise === undefined ? {} : { advertise: cluster.advertise }),
      routes: cluster.routes,
    },
  }),
  ...((leafPort !== undefined || hub) && {
    leafnodes: {
      ...(leafPort === undefined ? {} : { listen: `${host}:${leafPort}`, no_advertise: true }),
      ...(hub && {
        reconnect: `${hub.reconnectMs ?? 1_000}ms`,
        remotes: [{ urls: hub.urls, ...keptApart(hub.experiments) }],
      }),
    },
  }),
});

/**
 * A subject that crossed the link would be stored at both ends at once, and each end would confirm it. JetStream itself keeps
 * its own subjects, key-value buckets and object stores of different domains apart.
 */
const keptApart = (experiments: readonly string[]) => {
  const subjects = experiments.map(experiment => `${experiment}.>`);
  return { deny_imports: subjects, deny_exports: subjects };
};
