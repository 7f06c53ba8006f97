import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { readings } from '../../../protocol/messages/readings.ts';
import { startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import { METHOD } from '../numi.ts';
import { digestOf } from './digest.ts';
import { type Server, startServer } from './server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const EXPERIMENT = 'bench';

/** Our beam monitor as it runs in production, in a process of its own, with a nats-server that syncs every message. */
export interface Ours extends AsyncDisposable {
  readonly url: string;
  /** Of the listener and of the nats-server: both do the work. */
  readonly pids: readonly number[];
  /** What is stored of the callback that came last. */
  stored(): Promise<string>;
}

export async function startOurs(directory: string, signal: AbortSignal): Promise<Ours> {
  await using owned = new AsyncDisposableStack();
  const nats = owned.use(
    await startNatsServer({
      storeDirectory: join(directory, 'nats'),
      syncInterval: 'always',
      log: pino({ level: 'silent' }),
      signal,
    }),
  );
  const config = join(directory, 'spillway.yaml');
  await writeFile(config, JSON.stringify(configuration(nats.url, directory)));
  const listener: Server = await startServer(
    process.execPath,
    [join(ROOT, 'main.ts'), 'run', 'beam-monitor', '--config', config],
    line => /"url":"([^"]+)".*listening for callbacks/.exec(line)?.[1],
  );
  owned.use(listener);
  const kept = owned.move();
  return {
    url: listener.told,
    pids: [listener.pid, nats.pid],
    async stored() {
      const connection = await connect({ servers: nats.url });
      try {
        const manager = await jetstreamManager(connection);
        const stream = await manager.streams.find(`${EXPERIMENT}.beam.>`);
        const { state } = await manager.streams.info(stream);
        const message = await manager.streams.getMessage(stream, { seq: state.last_seq });
        if (message === null) throw new Error('nothing is stored');
        return digestOf(readings.decode(message.data).devices);
      } finally {
        await connection.close();
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Where nothing is said the defaults of production hold. */
const configuration = (natsUrl: string, directory: string) => ({
  experiment: EXPERIMENT,
  dataDirectory: join(directory, 'data'),
  nats: { servers: [natsUrl] },
  // A section must name one; a beam monitor has nothing to do with it.
  store: { url: 'http://127.0.0.1:9' },
  actors: {
    'beam-monitor': {
      // Nobody is there: it goes on asking to be called, now and then, and takes the callbacks that come.
      server: 'http://127.0.0.1:9/xmlrpc',
      devices: join(ROOT, 'fixtures/devices/numi.yaml'),
      callback: {
        method: METHOD,
        listen: { port: 0 },
        // The load is one address.
        limits: { requestsPerSecond: 1_000_000 },
      },
    },
  },
});
