import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type ClickHouse, startClickHouse } from '../runtime/embedded/clickhouse/server.ts';
import { openStore, type Store } from '../runtime/store/connection.ts';
import { migrate } from '../runtime/store/migrate.ts';

/** An engine with our tables in a temporary directory, gone with the scope. */
export interface FreshStore extends AsyncDisposable {
  readonly engine: ClickHouse;
  readonly directory: string;
  /** May write. */
  readonly writer: Store;
  /** The account of Grafana, which may only read. */
  readonly reader: Store;
}

/** @param keep leaves the directory where it is */
export async function freshStore(name: string, { keep = false } = {}): Promise<FreshStore> {
  const log = pino({ level: 'warn' });
  const directory = await mkdtemp(join(tmpdir(), `spillway-${name}-`));
  const engine = await startClickHouse({ directory, log });
  const database = { url: engine.url, database: 'spillway' };
  const writer = openStore({ ...database, user: 'spillway' });
  const reader = openStore({ ...database, user: 'grafana' });
  const dispose = async () => {
    await Promise.all([writer, reader].map(store => store[Symbol.asyncDispose]()));
    await engine.stop();
    if (!keep) await rm(directory, { recursive: true, force: true });
  };
  try {
    await migrate({ ...database, user: 'spillway' }, log);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { engine, directory, writer, reader, [Symbol.asyncDispose]: dispose };
}
