import { pino } from 'pino';
import {
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from '../../runtime/embedded/nats/server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A real nats-server for one test; the port and the store stay the same through `kill` and `restart`. */
export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly monitorUrl: string;
  readonly version: string;
  readonly storeDirectory: string;
  /** Pid of the server that runs now. */
  readonly pid: number;
  /** Resolves when the server is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again (after `kill`, or after a clean stop when it runs) and resolves when it is ready. */
  restart(): Promise<void>;
}

/** `await using nats = await natsServer()`: free port, temporary store, gone with the scope. */
export async function natsServer(
  options: Pick<NatsServerOptions, 'syncInterval' | 'eventStoreBytes' | 'access'> = {},
): Promise<TestNats> {
  const directory = await temporaryDirectory();
  const start = (ports: { port: number; httpPort: number }): Promise<NatsServer> =>
    startNatsServer({
      ...options,
      ...ports,
      storeDirectory: directory.path,
      name: 'test',
      log: pino({ level: 'silent' }),
      signal: new AbortController().signal,
    });
  let server: NatsServer;
  try {
    server = await start({ port: 0, httpPort: 0 });
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
  const { url, port, monitorUrl, version } = server;
  return {
    url,
    port,
    monitorUrl,
    version,
    storeDirectory: directory.path,
    get pid() {
      return server.pid;
    },
    async kill(signal = 'SIGKILL') {
      process.kill(server.pid, signal);
      await server.exited;
    },
    async restart() {
      await server.stop();
      server = await start({ port, httpPort: Number(new URL(monitorUrl).port) });
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}
