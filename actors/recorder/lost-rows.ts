import { rowsOf as query, type Store } from '../../runtime/store/connection.ts';
import { ClickHouseCode, codeOf } from '../../runtime/store/store-error.ts';
import type { Extent } from './deliveries.ts';
import type { TableMapping } from './rows.ts';
import type { Stretch } from './stretches.ts';

/** Rows that are older may have gone by the limit of their table, the shortest of which is 90 days. */
const YOUNG = 'INTERVAL 60 DAY';

type Table = Pick<TableMapping<never>, 'table' | 'sequence'>;

/** A delivery of which a table does not hold all any more. */
export interface Short extends Stretch {
  readonly table: string;
  readonly expected: number;
  readonly found: number;
}

/** Deliveries that end within a stretch of a stream and of which a table lacks rows. Those whose rows were not counted are passed by. */
export const shortOf = (
  store: Store,
  { table, sequence }: Table,
  { stream, first, last }: Extent,
): Promise<Short[]> =>
  query<Short>(
    store,
    `SELECT {table:String} AS table, first, last, expected, toUInt64(sum(held.rows)) AS found
     FROM (
       SELECT first, last, expected, arrayJoin(range(first, last + 1)) AS sequence
       FROM (
         SELECT first, last, max(tables[{table:String}]) AS expected FROM deliveries
         WHERE stream = {stream:String} AND last BETWEEN {first:UInt64} AND {last:UInt64}
           AND inserted_at > now() - ${YOUNG}
         GROUP BY first, last HAVING expected > 0
       )
     ) AS due
     LEFT JOIN (
       SELECT ${sequence} AS sequence, count() AS rows FROM ${table}
       WHERE stream = {stream:String} AND ${sequence} <= {last:UInt64} AND ${sequence} >= (
         SELECT min(first) FROM deliveries
         WHERE stream = {stream:String} AND last BETWEEN {first:UInt64} AND {last:UInt64}
       )
       GROUP BY sequence
     ) AS held USING (sequence)
     GROUP BY first, last, expected HAVING found < expected`,
    `count what ${table} holds of ${stream}`,
    { table, stream, first, last },
  );

/** Deliveries that end within a stretch and came before their rows were counted. */
export const uncounted = (store: Store, { stream, first, last }: Extent): Promise<Stretch[]> =>
  query<Stretch>(
    store,
    `SELECT DISTINCT first, last FROM deliveries
     WHERE stream = {stream:String} AND last BETWEEN {first:UInt64} AND {last:UInt64}
       AND rows > 0 AND empty(tables) AND inserted_at > now() - ${YOUNG}`,
    `look up the deliveries of ${stream} that were not counted`,
    { stream, first, last },
  );

/**
 * Tables of which the store has taken out parts that it could not read, and how many. Those of roll-ups are among them. None where the
 * account may not ask.
 */
export async function brokenParts(store: Store): Promise<{ table: string; parts: number }[]> {
  try {
    return await query(
      store,
      `SELECT table, toUInt32(count()) AS parts FROM system.detached_parts
       WHERE database = {database:String} AND startsWith(reason, 'broken') GROUP BY table ORDER BY table`,
      'look for broken parts',
      { database: store.database },
    );
  } catch (thrown) {
    if (codeOf(thrown) === ClickHouseCode.accessDenied) return [];
    throw thrown;
  }
}

/** The last sequence after another of which a table holds rows: what was inserted, and whose delivery is not known. 0 for none. */
export async function lastHeld(
  store: Store,
  { table, sequence }: Table,
  stream: string,
  after: number,
): Promise<number> {
  const [row] = await query<{ last: number }>(
    store,
    `SELECT max(${sequence}) AS last FROM ${table} WHERE stream = {stream:String} AND ${sequence} > {after:UInt64}`,
    `look how far ${table} is`,
    { stream, after },
  );
  return row?.last ?? 0;
}
