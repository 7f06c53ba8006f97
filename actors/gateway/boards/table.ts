import type { Frame } from '../../../protocol/panel-query.ts';
import { columnReader } from './column-reader.ts';
import { Cursor } from './cursor.ts';

/** What a query gave, column by column. */
export type Table = Pick<Frame, 'columns' | 'values' | 'truncated'>;

/**
 * Reads `RowBinaryWithNamesAndTypes`: the one format in which times, NaN and 64-bit integers come whole whatever an account's
 * settings are.
 * @param most rows taken; more are only noticed
 * @param cut whether the bytes end before their time, within a row perhaps
 * @throws SpillwayError QUERY_INVALID for a column that cannot be shown
 */
export function readTable(bytes: Buffer, most: number, cut: boolean): Table {
  const cursor = new Cursor(bytes);
  if (cursor.ended) return { columns: [], values: [], truncated: cut };
  const names = Array.from({ length: cursor.varint() }, () => cursor.text());
  const readers = names.map(() => columnReader(cursor.text()));
  const columns = names.map((name, index) => ({ name, type: readers[index]?.type ?? 'string' }));
  const values: unknown[][] = names.map(() => []);
  let rows = 0;
  try {
    for (; rows < most && !cursor.ended; rows++) {
      const row = readers.map(({ read }) => read(cursor));
      for (const [index, value] of row.entries()) values[index]?.push(value);
    }
  } catch (thrown) {
    if (!cut || !(thrown instanceof RangeError)) throw thrown;
  }
  return { columns, values, truncated: cut || !cursor.ended };
}
