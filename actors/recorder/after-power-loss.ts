import { uptime } from 'node:os';
import type { Delivered } from '../../runtime/actor.ts';
import { rowsOf as query, type Store } from '../../runtime/store/connection.ts';
import { ClickHouseCode, codeOf } from '../../runtime/store/store-error.ts';
import { rowsOf, type TableMapping, type TableRows } from './rows.ts';

/** What is left to insert of a batch whose end is not known. */
export interface Remainder {
  /** Tables that hold nothing of it, or whose memory of tokens can be relied on. */
  readonly whole: readonly TableRows[];
  /** Of tables that hold some of it, the rows that they lack. */
  readonly rest: readonly TableRows[];
}

/**
 * What a batch that may have been inserted before still needs. The store's word for that is its memory of tokens, which outlives
 * the death of any process. It does not outlive a power cut: the server syncs the rows of an insert and never the token
 * (ClickHouse 26.7, MergeTreeDeduplicationLog.cpp), so that what was inserted just before would be there twice. Rows that are
 * older than the last start of the store's machine are therefore looked for themselves. Rows of one message in one table
 * come in one insert, so they are there in full or not at all.
 */
export async function remainderOf<Body>(
  store: Store,
  mappings: readonly TableMapping<Body>[],
  messages: readonly Delivered<Body>[],
): Promise<Remainder> {
  const before = await bootedAt(store);
  const whole: TableRows[] = [];
  const rest: TableRows[] = [];
  for (const mapping of mappings) {
    const present = await presentOf(store, mapping, messages, before);
    const lacking = messages.filter(message => !present.has(placeOf(message.stream, message.sequence)));
    const rows = rowsOf([mapping], lacking);
    (present.size > 0 ? rest : whole).push(...rows);
  }
  return { whole, rest };
}

/** Later than any row. */
const EVER = Date.UTC(2200, 0);

/**
 * Rows of the batch that its tables lack, although the store has taken them or says that it has. A part that was written while the
 * disk was full may be broken (an index without its marks, ClickHouse 26.7): it is taken out at the next start of the store, and the
 * memory of its token stays, so that the same insert again would change nothing.
 */
export async function lackingOf<Body>(
  store: Store,
  mappings: readonly TableMapping<Body>[],
  messages: readonly Delivered<Body>[],
): Promise<TableRows[]> {
  const lacking = mappings.map(async mapping => {
    const present = await presentOf(store, mapping, messages, EVER);
    return rowsOf(
      [mapping],
      messages.filter(({ stream, sequence }) => !present.has(placeOf(stream, sequence))),
    );
  });
  return (await Promise.all(lacking)).flat();
}

const placeOf = (stream: string, sequence: number): string => `${stream}:${sequence}`;

/** Places of the messages that have rows in the table since before a time. */
async function presentOf<Body>(
  store: Store,
  { table, sequence }: TableMapping<Body>,
  messages: readonly Delivered<Body>[],
  before: number,
): Promise<ReadonlySet<string>> {
  const sequences = messages.map(message => message.sequence);
  const found = await query<{ stream: string; sequence: number }>(
    store,
    `SELECT DISTINCT stream, ${sequence} AS sequence FROM ${table}
     WHERE ${sequence} BETWEEN {first:UInt64} AND {last:UInt64} AND stream IN {streams:Array(String)}
       AND inserted_at < fromUnixTimestamp64Milli({before:Int64})`,
    `look for what is in ${table}`,
    {
      first: Math.min(...sequences),
      last: Math.max(...sequences),
      streams: [...new Set(messages.map(message => message.stream))],
      before: Math.floor(before),
    },
  );
  return new Set(found.map(row => placeOf(row.stream, row.sequence)));
}

/**
 * When the store's machine was started, in milliseconds. A server says it (`OSUptime`); the embedded engine, which does not, is on this
 * machine. A server that does not let us ask is taken for one that has been up ever since: its tokens are relied on.
 */
async function bootedAt(store: Store): Promise<number> {
  try {
    const [row] = await query<{ booted: number }>(
      store,
      `SELECT (toUnixTimestamp(now()) - value) * 1000 AS booted FROM system.asynchronous_metrics WHERE metric = 'OSUptime'`,
      "ask when the store's machine was started",
    );
    return row?.booted ?? 0;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === ClickHouseCode.unknownTable) return Date.now() - uptime() * 1000;
    if (code === ClickHouseCode.accessDenied) return 0;
    throw thrown;
  }
}
