import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { storeError } from './store-error.ts';

/** Where the store is. The same for a ClickHouse server and for the embedded engine. */
export interface StoreOptions {
  /** ClickHouse HTTP address, e.g. `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly database: string;
}

/** Longest wait for the answer to one statement; a batch that takes longer is tried again under the same token. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A connection pool to one database of the store. */
export interface Store extends AsyncDisposable {
  readonly client: ClickHouseClient;
  readonly database: string;
}

/** Opens no connection yet: whether the store is there shows with the first statement. */
export function openStore({ url, user, password = '', database }: StoreOptions): Store {
  // On one machine there is nothing to gain by compressing, and a fifth of a core to lose.
  const far = !/^(?:127\.|\[?::1|localhost$)/.test(new URL(url).hostname);
  const client = createClient({
    url,
    username: user,
    password,
    database,
    application: 'spillway',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: 16,
    compression: { request: far, response: far },
    // Every error comes out as an exception, and is told once.
    log: { level: ClickHouseLogLevel.OFF },
  });
  return { client, database, [Symbol.asyncDispose]: () => client.close() };
}

/** Runs a statement without a result. @throws SpillwayError STORE_AWAY or STORE_REFUSED naming `what`. */
export async function command(store: Store, query: string, what: string): Promise<void> {
  try {
    await store.client.command({ query });
  } catch (error) {
    throw storeError(error, what);
  }
}

/** Rows of a query as objects; 64-bit integers are numbers. @throws SpillwayError STORE_AWAY or STORE_REFUSED naming `what`. */
export async function rowsOf<Row>(
  store: Store,
  query: string,
  what: string,
  parameters: Record<string, unknown> = {},
): Promise<Row[]> {
  try {
    const result = await store.client.query({
      query,
      format: 'JSONEachRow',
      query_params: parameters,
      // Sequences and counts stay far below 2^53; the default differs between versions.
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    return await result.json<Row>();
  } catch (error) {
    throw storeError(error, what);
  }
}
