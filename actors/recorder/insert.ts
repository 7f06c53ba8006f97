import { Readable } from 'node:stream';
import type { ClickHouseSettings } from '@clickhouse/client';
import { rowsOf as query, type Store } from '../../runtime/store/connection.ts';
import { storeError } from '../../runtime/store/store-error.ts';
import type { TableRows } from './rows.ts';

/** Every setting that the promise of once and only once depends on: their defaults differ between versions. */
const SETTINGS = {
  // Acknowledged means in the table, not in a buffer (26.x buffers by default).
  async_insert: 0,
  insert_deduplicate: 1,
  // Without it a repeated insert counts again in the roll-ups.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  materialized_views_ignore_errors: 0,
  // Each view writes and syncs a part of its own; one after the other they take twice as long.
  parallel_view_processing: 1,
  // Source clocks may be anywhere; a batch that spans many months is odd, not wrong.
  max_partitions_per_insert_block: '0',
  // One batch is one block, cut the same way each time.
  input_format_parallel_parsing: 0,
  min_insert_block_size_rows: '1048449',
  min_insert_block_size_bytes: '268435456',
} as const satisfies ClickHouseSettings;

/**
 * Inserts the rows of a batch, all tables at once. Each insert has a token made of the batch's own and the table, so
 * that one which has happened already has no effect, neither in the table nor in its roll-ups.
 * @throws SpillwayError STORE_AWAY when any of them is to be tried again, else STORE_REFUSED when the rows of any
 *   do not fit; all have ended by then.
 */
export async function insertBatch(store: Store, token: string, tables: readonly TableRows[]): Promise<void> {
  const results = await Promise.allSettled(tables.map(rows => insertRows(store, token, rows)));
  const errors = results.flatMap(result =>
    result.status === 'rejected' ? [storeError(result.reason, 'insert')] : [],
  );
  const worst = errors.find(error => error.retry) ?? errors[0];
  if (worst) throw worst;
}

async function insertRows(store: Store, token: string, { table, columns, bytes }: TableRows): Promise<void> {
  try {
    const { stream } = await store.client.exec({
      query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT RowBinary`,
      values: Readable.from([bytes], { objectMode: false }),
      clickhouse_settings: { ...SETTINGS, insert_deduplication_token: `${token}:${table}` },
    });
    // The connection is free again when the answer, which is empty, has been read.
    stream.resume();
    await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
  } catch (error) {
    throw storeError(error, `insert into ${table} (${token})`);
  }
}

/**
 * Of the tables, those that hold nothing of this message yet: after a batch was refused some of its tables may have
 * been taken, under the batch's token. Rows of one message in one table come in one insert, so they are there in full
 * or not at all.
 */
export async function withoutPresent(
  store: Store,
  tables: readonly TableRows[],
  stream: string,
  sequence: number,
): Promise<TableRows[]> {
  const present = await Promise.all(
    tables.map(async rows => {
      const found = await query(
        store,
        `SELECT 1 FROM ${rows.table} WHERE ${rows.sequence} = {sequence:UInt64} AND stream = {stream:String} LIMIT 1`,
        `look for ${stream}:${sequence} in ${rows.table}`,
        { stream, sequence },
      );
      return found.length > 0;
    }),
  );
  return tables.filter((_, index) => !present[index]);
}
