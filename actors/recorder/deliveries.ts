import { rowsOf as query, type Store } from '../../runtime/store/connection.ts';
import { RowWriter } from './row-writer.ts';
import type { TableRows } from './rows.ts';
import type { Stretch } from './stretches.ts';

/** What a batch holds of its stream. */
export interface Extent extends Stretch {
  readonly stream: string;
}

/** `<stream>@<created>:<first>-<last>` */
export function extentOf(token: string): Extent {
  const cut = token.lastIndexOf(':');
  const [first = 0, last = 0] = token
    .slice(cut + 1)
    .split('-')
    .map(Number);
  return { stream: token.slice(0, cut), first, last };
}

/**
 * The word that everything of a batch is in the store, and how much that is of each table.
 * @param here the rows of its messages whose place is within it
 */
export function deliveryOf(
  { stream, first, last }: Extent,
  messages: number,
  here: readonly TableRows[],
): TableRows {
  const writer = new RowWriter(256);
  writer.text(stream);
  writer.int64(first);
  writer.int64(last);
  writer.uint32(messages);
  writer.int64(here.reduce((sum, { rows }) => sum + rows, 0));
  writer.counts(Object.fromEntries(here.map(({ table, rows }) => [table, rows])));
  const columns = ['stream', 'first', 'last', 'messages', 'rows', 'tables'];
  return { table: 'deliveries', columns, sequence: 'last', rows: 1, bytes: writer.bytes };
}

/** Last sequence of a stream up to which everything is in the store; 0 when there is nothing. */
export async function lastDelivered(store: Store, stream: string): Promise<number> {
  const [row] = await query<{ last: number }>(
    store,
    'SELECT max(last) AS last FROM deliveries WHERE stream = {stream:String}',
    `look up the last delivery of ${stream}`,
    { stream },
  );
  return row?.last ?? 0;
}

/** Whether everything of a batch is known to be in the store. */
export async function hasDelivery(store: Store, { stream, first, last }: Extent): Promise<boolean> {
  const found = await query(
    store,
    `SELECT 1 FROM deliveries
     WHERE stream = {stream:String} AND first = {first:UInt64} AND last = {last:UInt64} LIMIT 1`,
    `look up the delivery of ${stream}:${first}-${last}`,
    { stream, first, last },
  );
  return found.length > 0;
}

/** What has been delivered of a stretch of a stream. */
export const deliveriesWithin = (store: Store, { stream, first, last }: Extent): Promise<Stretch[]> =>
  query<Stretch>(
    store,
    `SELECT DISTINCT first, last FROM deliveries
     WHERE stream = {stream:String} AND last >= {first:UInt64} AND first <= {last:UInt64}`,
    `look up the deliveries of ${stream}`,
    { stream, first, last },
  );
