import { basename, join } from 'node:path';
import { STREAMS } from '../../../protocol/subjects.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { AccessConfig } from '../../nats-access/server-config.ts';
import { type NatsTopology, renderTopology } from './topology.ts';

const GIB = 1024 ** 3;

/**
 * JetStream refuses a stream whose `maxBytes` it could not keep, so the limit holds every stream of the table
 * at its fullest and leaves room for key-value buckets.
 */
const STREAM_BYTES = Object.values(STREAMS).reduce((sum, stream) => sum + stream.maxBytes, 0) + 16 * GIB;

export interface NatsConfig {
  /** Server name, shown by monitoring. */
  readonly name: string;
  readonly storeDirectory: string;
  /** Client port; 0 lets the system choose. */
  readonly port: number;
  /** Monitoring port; 0 lets the system choose. */
  readonly httpPort: number;
  /**
   * When JetStream calls fsync: after every write, or every so many milliseconds (the server's own default is
   * 120,000). `always` survives a power cut, at twice the price of a publish; the death of the process alone loses
   * nothing either way.
   */
  readonly syncInterval: 'always' | Milliseconds;
  /** Most that an event store in it may hold; 0 for none. */
  readonly eventStoreBytes: number;
  /** Its place in a cluster or beside one; a server of its own without. */
  readonly topology?: NatsTopology;
  /** Who may do what, and TLS; whoever can connect may do everything without. */
  readonly access?: AccessConfig;
}

/** The files a server keeps in its store directory. */
export const natsFiles = (storeDirectory: string) => ({
  config: join(storeDirectory, 'nats-server.conf'),
  pid: join(storeDirectory, 'nats-server.pid'),
  /** The server names it after its own executable. */
  ports: (binary: string, pid: number) => join(storeDirectory, `${basename(binary)}_${pid}.ports`),
});

/** nats-server's configuration language is a superset of JSON, which spares us its quoting rules. */
export const renderNatsConfig = (config: NatsConfig): string =>
  `${JSON.stringify(
    {
      ...renderTopology(config.topology ?? {}),
      ...config.access,
      server_name: config.name,
      host: '127.0.0.1',
      // -1 is the server's word for "any free port".
      port: config.port || -1,
      http: `127.0.0.1:${config.httpPort || -1}`,
      pid_file: natsFiles(config.storeDirectory).pid,
      ports_file_dir: config.storeDirectory,
      // Readings of long arrays pass the default of 1 MiB; 8 MiB is what the server's manual advises at most.
      max_payload: 8 * 1024 * 1024,
      logtime: false,
      jetstream: {
        ...(config.topology?.domain === undefined ? {} : { domain: config.topology.domain }),
        store_dir: config.storeDirectory,
        max_memory_store: GIB / 4,
        max_file_store: STREAM_BYTES + config.eventStoreBytes,
        sync_interval: config.syncInterval === 'always' ? 'always' : `${config.syncInterval}ms`,
      },
    },
    null,
    2,
  )}\n`;
