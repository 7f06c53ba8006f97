import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ActorDefinition } from '../actor.ts';
import type { Config } from '../config/schema.ts';
import { startNatsServer } from '../embedded/nats/server.ts';
import { ensureEventStore } from '../event-store/open.ts';
import { openNats } from '../host/nats.ts';
import { ensureKeys } from '../nats-access/keys.ts';
import { accessConfig } from '../nats-access/server-config.ts';
import { type NatsUser, natsUsers, userNames } from '../nats-access/users.ts';
import type { RunningService, Service } from '../supervisor/service.ts';
import { embeddedKeys } from './plan.ts';

export interface EmbeddedNatsOptions {
  readonly config: Config;
  readonly actors: readonly ActorDefinition<unknown>[];
  readonly port: number;
  readonly monitorPort: number;
  readonly log: Logger;
  readonly onVersion: (version: string) => void;
}

/**
 * The nats-server that `up` runs, with a user per actor: others who have an account on this machine can connect to it, and
 * may do nothing. Streams are there when it is started, since actors may not make them.
 */
export const embeddedNats = (options: EmbeddedNatsOptions): Service => ({
  name: 'nats-server',
  async start(signal): Promise<RunningService> {
    const { config, port, monitorPort, log, onVersion } = options;
    const server = await startNatsServer({
      storeDirectory: join(config.dataDirectory, 'nats'),
      port,
      httpPort: monitorPort,
      syncInterval: config.embedded.nats?.syncInterval ?? 'always',
      eventStoreBytes: config.eventStore.kind === 'jetstream' ? config.eventStore.maxBytes : 0,
      name: `spillway-${config.experiment}`,
      access: accessConfig({ users: await usersOf(options) }),
      log,
      signal,
    });
    try {
      await makeStreams(server.url, options, signal);
    } catch (thrown) {
      await server.stop();
      throw thrown;
    }
    onVersion(server.version);
    return server;
  },
});

/** Also of actors that do not run: a change of the configuration needs no other keys. */
async function usersOf({ config, actors }: EmbeddedNatsOptions): Promise<NatsUser[]> {
  const keys = await ensureKeys(embeddedKeys(config.dataDirectory), userNames(actors));
  return natsUsers(actors, config.experiment, keys);
}

async function makeStreams(url: string, options: EmbeddedNatsOptions, signal: AbortSignal): Promise<void> {
  const { experiment, eventStore, dataDirectory } = options.config;
  const nkeys = embeddedKeys(dataDirectory);
  const operator = { servers: [url], nkeys, experiment, name: 'spillway up', replicas: 1 };
  await using nats = await openNats(operator, options.log, signal);
  if (eventStore.kind === 'jetstream') await ensureEventStore(nats, eventStore, 1);
}
