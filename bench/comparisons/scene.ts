import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { ActorState, health } from '../../protocol/messages/health.ts';
import { type ClickHouse, startClickHouse } from '../../runtime/embedded/clickhouse/server.ts';
import { type NatsServer, startNatsServer } from '../../runtime/embedded/nats/server.ts';
import { type Nats, openNats } from '../../runtime/host/nats.ts';
import { openStore, type Store, type StoreOptions } from '../../runtime/store/connection.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { startGuarded } from '../../runtime/supervisor/guarded-process.ts';
import { METHOD } from './numi.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const EXPERIMENT = 'bench';
/** The list of devices that the chain is measured with. */
export const DEVICES = join(ROOT, 'fixtures', 'devices', 'numi.yaml');
// What fails is thrown; the servers' last words at their end are nobody's.
const log = pino({ level: 'silent' });

/** Real servers with the settings of the embedded system, and actors of it as processes, as `spillway up` runs them. */
export interface Scene extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly engine: ClickHouse;
  /** With every stream of the experiment. */
  readonly connection: Nats;
  /** With our tables. */
  readonly store: Store;
  /** Starts actors, one process each, and resolves with their pids by name when they run. */
  run(actors: Readonly<Record<string, unknown>>): Promise<ReadonlyMap<string, number>>;
}

/** @param directory for the files of all; not removed here */
export async function scene(directory: string, signal: AbortSignal): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(
    // As the embedded one: what is acknowledged survives a power cut.
    await startNatsServer({ storeDirectory: join(directory, 'nats'), syncInterval: 'always', log, signal }),
  );
  const engine = stack.use(await startClickHouse({ directory: join(directory, 'store'), log, signal }));
  const connection = stack.use(
    await openNats({ servers: [nats.url], experiment: EXPERIMENT, name: 'bench', replicas: 1 }, log, signal),
  );
  const address: StoreOptions = { url: engine.url, user: 'spillway', database: 'spillway' };
  await migrate(address, log);
  const store = stack.use(openStore(address));
  const parts = stack.move();
  return {
    nats,
    engine,
    connection,
    store,
    async run(actors) {
      const config = join(directory, 'spillway.json');
      await writeFile(
        config,
        JSON.stringify({
          experiment: EXPERIMENT,
          dataDirectory: join(directory, 'data'),
          nats: { servers: [nats.url] },
          store: { url: engine.url, user: address.user },
          log: { level: 'warn' },
          actors,
        }),
      );
      const names = Object.keys(actors);
      const running = allRunning(connection, names, signal);
      for (const name of names) parts.defer(actor(name, config));
      return running;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Starts an actor as a process, which does not outlive this one. @returns how to end it */
export function actor(name: string, config: string): () => Promise<void> {
  const child = startGuarded({
    command: process.execPath,
    args: [join(ROOT, 'main.ts'), 'run', name, '--config', config],
    graceMs: 12_000,
    onLine: () => {},
  });
  return () => child.stop();
}

/** Pids by name, once every one of them has said that it runs. */
export async function allRunning(
  { connection }: Nats,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const pids = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const beats = connection.subscribe(`${EXPERIMENT}.health.>`, {
    callback: (_error, message) => {
      const beat = health.decode(message.data);
      if (beat.state === ActorState.running) pids.set(beat.actor, beat.pid);
      if (names.every(name => pids.has(name))) all.resolve();
    },
  });
  const late = setTimeout(() => all.reject(new Error(`not all of ${names.join(', ')} run`)), 60_000);
  signal.addEventListener('abort', () => all.reject(signal.reason), { once: true });
  try {
    await all.promise;
  } finally {
    clearTimeout(late);
    beats.unsubscribe();
  }
  return pids;
}

/**
 * Sections of the actors that take a callback to the file and the store.
 * @param listen port for callbacks
 * @param daemon port of the rotorooter
 */
export const beamChain = (listen: number, daemon: number): Readonly<Record<string, unknown>> => ({
  'beam-monitor': {
    // Nobody is there: it goes on asking to be called, now and then, and takes the callbacks that come.
    server: 'http://127.0.0.1:9/xmlrpc',
    devices: DEVICES,
    // The load is one address.
    callback: { method: METHOD, listen: { port: listen }, limits: { requestsPerSecond: 1_000_000 } },
  },
  'spill-packer': { simulated: true },
  rotorooter: { port: daemon },
  'rotorooter-feed': { port: daemon },
  recorder: {},
});
