import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { pino } from 'pino';
import {
  type ClickHouse,
  type ClickHouseOptions,
  startClickHouse,
} from '../../runtime/embedded/clickhouse/server.ts';
import { openStore, rowsOf, type StoreOptions } from '../../runtime/store/connection.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A real ClickHouse engine for one test; directory, port and accounts stay the same through `kill` and `restart`. */
export interface TestStore extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly directory: string;
  /** Pid of the engine that runs now. */
  readonly pid: number;
  /** How an actor reaches a database of it, as the account that may write. */
  options(database: string): StoreOptions;
  /** What a query gives, from a database of it. */
  rows<Row>(database: string, sql: string): Promise<Row[]>;
  /** A client of the account that may write, or of the named one; closed with the store. */
  client(options?: { user?: string; password?: string; database?: string }): ClickHouseClient;
  /** Resolves when the engine is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again (after `kill`, or after a clean stop when it runs) and resolves when it is ready. */
  restart(): Promise<void>;
}

/** `await using store = await clickHouse()`: free port, temporary directory, gone with the scope. */
export async function clickHouse(
  options: Partial<Omit<ClickHouseOptions, 'directory' | 'log'>> = {},
): Promise<TestStore> {
  const directory = await temporaryDirectory();
  const clients: ClickHouseClient[] = [];
  const start = (port: number): Promise<ClickHouse> =>
    startClickHouse({ ...options, port, directory: directory.path, log: pino({ level: 'silent' }) });
  let server: ClickHouse;
  try {
    server = await start(0);
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
  const { url, port, version } = server;
  const optionsOf = (database: string): StoreOptions => ({ url, user: 'spillway', database });
  return {
    options: optionsOf,
    async rows<Row>(database: string, sql: string) {
      await using store = openStore(optionsOf(database));
      return rowsOf<Row>(store, sql, 'test');
    },
    url,
    port,
    version,
    directory: directory.path,
    get pid() {
      return server.pid;
    },
    client({ user = 'spillway', password = '', database = 'default' } = {}) {
      const client = createClient({
        url,
        username: user,
        password,
        database,
        compression: { response: true },
        // Errors reach the test as exceptions.
        log: { level: ClickHouseLogLevel.OFF },
      });
      clients.push(client);
      return client;
    },
    async kill(signal = 'SIGKILL') {
      process.kill(server.pid, signal);
      await server.exited;
    },
    async restart() {
      await server.stop();
      server = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map(client => client.close()));
      await server.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}
