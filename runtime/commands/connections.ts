import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { openEventStore } from '../event-store/open.ts';
import { type Nats, openNats } from '../host/nats.ts';
import { isGuarded } from '../nats-access/credentials.ts';

/** What actors of one process reach NATS by. */
export interface Connections extends AsyncDisposable {
  of(actor: string): Connection;
}

export interface Connection {
  readonly nats: Nats;
  readonly eventStore: EventStore;
}

/** One connection for all, or one for each where each has a key of its own. @throws see openNats */
export async function connectActors(
  config: ResolvedConfig,
  actors: readonly string[],
  log: Logger,
  signal: AbortSignal,
): Promise<Connections> {
  await using opening = new AsyncDisposableStack();
  const connect = async (names: readonly string[]): Promise<[string, Connection][]> => {
    const [as = ''] = names;
    const name = `spillway ${names.join(' ')}`;
    const options = { ...config.nats, experiment: config.experiment, name, as };
    const nats = opening.use(await openNats(options, log, signal));
    const eventStore = opening.use(await openEventStore(config.eventStore, nats, config.nats.replicas));
    return names.map(actor => [actor, { nats, eventStore }]);
  };
  const groups = isGuarded(config.nats) ? actors.map(actor => [actor]) : [actors];
  const byActor = new Map((await Promise.all(groups.map(connect))).flat());
  const opened = opening.move();
  return {
    of(actor) {
      const connection = byActor.get(actor);
      if (!connection) throw new TypeError(`${actor} is not connected`);
      return connection;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
