import { join } from 'node:path';
import { type NatsServer, startNatsServer } from '../../runtime/embedded/nats/server.ts';
import { supervise } from '../../runtime/supervisor/supervisor.ts';
import { reservePort } from '../../runtime/up/ports.ts';
import type { Broker, BrokerNode, BrokerOptions } from './broker.ts';
import { BACK_OFF } from './processes.ts';

/** One nats-server, as `spillway up` runs it. */
export async function startSingleServer({ directory, log, signal }: BrokerOptions): Promise<Broker> {
  await using owned = new AsyncDisposableStack();
  const port = await reservePort(0, owned);
  const httpPort = await reservePort(0, owned);
  const storeDirectory = join(directory, 'nats');
  let running: NatsServer | undefined;
  owned.use(
    await supervise(
      [
        {
          name: 'nats-server',
          async start(starting) {
            running = await startNatsServer({
              storeDirectory,
              port,
              httpPort,
              syncInterval: 'always',
              eventStoreBytes: EVENT_STORE_BYTES,
              log,
              signal: starting,
            });
            void running.exited.then(() => (running = undefined));
            return running;
          },
        },
      ],
      {
        backOff: BACK_OFF,
        clock: Date.now,
        random: Math.random,
        onEvent: event => log.info(event, `nats-server ${event.kind}`),
        signal,
      },
    ),
  );
  const node: BrokerNode = {
    name: 'nats-server',
    port,
    directory: storeDirectory,
    pid: () => running?.pid,
    isolate() {},
    rejoin() {},
  };
  const kept = owned.move();
  return {
    replicas: 1,
    nodes: [node],
    leaderOf: async () => node,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Most that the event store of a campaign may hold. */
export const EVENT_STORE_BYTES = 2 ** 30;
