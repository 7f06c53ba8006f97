import { join } from 'node:path';
import type { Logger } from 'pino';
import { STREAMS } from '../../../protocol/subjects.ts';
import { type NatsServer, startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import { freePort } from '../../../runtime/up/ports.ts';

/** Experiments side by side on one server, at most. */
const MOST_EXPERIMENTS = 3;
const RESERVED_BYTES = Object.values(STREAMS).reduce((sum, { maxBytes }) => sum + maxBytes, 0);

/**
 * One nats-server, or a cluster of them, that sync every message. Unlike the cluster of the chaos runs its servers reach each other
 * directly: no proxy is measured with them.
 */
export async function startServers(
  count: number,
  directory: string,
  log: Logger,
  signal: AbortSignal,
): Promise<readonly NatsServer[] & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort(0));
  const starting = ports.map((port, index) =>
    startNatsServer({
      name: `n${index + 1}`,
      storeDirectory: join(directory, `n${index + 1}`),
      syncInterval: 'always',
      // JetStream sets aside what the streams of each experiment may take at most; nothing of it is used.
      eventStoreBytes: (MOST_EXPERIMENTS - 1) * RESERVED_BYTES,
      ...(count > 1 && {
        topology: {
          cluster: {
            name: 'scaling',
            port,
            routes: ports.filter(other => other !== port).map(other => `nats://127.0.0.1:${other}`),
          },
        },
      }),
      log,
      signal,
    }),
  );
  for (const one of await Promise.allSettled(starting)) if (one.status === 'fulfilled') stack.use(one.value);
  const servers = await Promise.all(starting);
  const kept = stack.move();
  return Object.assign(servers, { [Symbol.asyncDispose]: () => kept.disposeAsync() });
}
