import { join } from 'node:path';
import { type NatsServer, startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import type { NatsTopology } from '../../../runtime/embedded/nats/topology.ts';
import { supervise } from '../../../runtime/supervisor/supervisor.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import type { BrokerOptions } from '../broker.ts';

/** One supervised server; its ports stay the same. */
export interface SupervisedNats extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly monitorUrl: string;
  readonly directory: string;
  readonly version: string;
  pid(): number | undefined;
}

export interface NodeOptions extends BrokerOptions {
  readonly name: string;
  readonly topology: NatsTopology;
}

/** Starts it, and starts it again on what it had on disk whenever it ends. */
export async function superviseNats({
  directory,
  log,
  signal,
  name,
  topology,
}: NodeOptions): Promise<SupervisedNats> {
  const storeDirectory = join(directory, name);
  const [port, httpPort] = [await freePort(0), await freePort(0)];
  let server: NatsServer | undefined;
  const service = {
    name,
    start: async (starting: AbortSignal) => {
      const started = await startNatsServer({
        name,
        topology,
        port,
        httpPort,
        storeDirectory,
        log,
        signal: starting,
      });
      server = started;
      void started.exited.then(() => (server = undefined));
      return started;
    },
  };
  const supervisor = await supervise([service], {
    backOff: { firstMs: 100, maxMs: 1_000, resetAfterMs: 0 },
    clock: Date.now,
    random: Math.random,
    onEvent: event => log.debug(event, 'server of the cluster'),
    signal,
  });
  return {
    name,
    port,
    monitorUrl: `http://127.0.0.1:${httpPort}`,
    directory: storeDirectory,
    version: server?.version ?? '',
    pid: () => server?.pid,
    [Symbol.asyncDispose]: () => supervisor.stop(),
  };
}
