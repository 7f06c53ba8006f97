import { ClickHouseError } from '@clickhouse/client';
import type { Store } from '../../runtime/store/connection.ts';
import { storeError } from '../../runtime/store/store-error.ts';
import { type Result, readResult } from './result.ts';

/** A query as it went. */
export interface Run {
  readonly result: Result;
  readonly ms: number;
  /** Rows in the parts of tables that the index leaves to be read; undefined where the store cannot say. */
  readonly readRows: number | undefined;
}

/** The store did not like the query; not that it is away. */
export class QueryRefused extends Error {}

/**
 * Runs a query with the rights of the connection, and without any setting: an account may be allowed to change none.
 * @param mostRows rows looked at; more are only noticed
 * @throws QueryRefused with what the store says; SpillwayError STORE_AWAY
 */
export async function runQuery(
  store: Store,
  sql: string,
  mostRows: number,
  signal: AbortSignal,
): Promise<Run> {
  // A user's query may end in a semicolon.
  const query = sql.trim().replace(/;+$/, '');
  const began = performance.now();
  const text = await ask(store, query, signal);
  const ms = performance.now() - began;
  return { result: readResult(text, mostRows), ms, readRows: await toBeRead(store, query, signal) };
}

async function ask(store: Store, query: string, signal: AbortSignal): Promise<string> {
  try {
    const answer = await store.client.query({
      query,
      format: 'TabSeparatedWithNamesAndTypes',
      abort_signal: signal,
    });
    return await answer.text();
  } catch (error) {
    if (error instanceof ClickHouseError) throw new QueryRefused(error.message.trim(), { cause: error });
    throw storeError(error, 'run a query of a dashboard');
  }
}

/** The summary of the HTTP interface would say how many rows were read, but an embedded engine does not know. */
async function toBeRead(store: Store, query: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { columns } = readResult(await ask(store, `EXPLAIN ESTIMATE ${query}`, signal), 1_000);
    const rows = columns.find(({ name }) => name === 'rows');
    return rows?.values.reduce((sum, value) => sum + Number(value), 0);
  } catch (error) {
    if (error instanceof QueryRefused) return undefined;
    throw error;
  }
}
