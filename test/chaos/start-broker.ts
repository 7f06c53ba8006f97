import type { Broker, BrokerOptions } from './broker.ts';
import { startSingleServer } from './single-server.ts';

/** NATS with so many servers. */
export async function startBroker(nodes: 1 | 3, options: BrokerOptions): Promise<Broker> {
  const { startCluster } = nodes === 1 ? { startCluster: startSingleServer } : await loadCluster();
  return startCluster(options);
}

interface ClusterModule {
  readonly startCluster: (options: BrokerOptions) => Promise<Broker>;
}

/** @throws Error where there is no cluster to start */
export async function loadCluster(): Promise<ClusterModule> {
  const path = './cluster/cluster.ts';
  try {
    return (await import(path)) as ClusterModule;
  } catch (cause) {
    throw new Error('--nodes 3: there is no cluster of three to start yet', { cause });
  }
}
