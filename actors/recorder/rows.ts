import type { Delivered } from '../../runtime/actor.ts';
import { RowWriter } from './row-writer.ts';

/** How messages of one kind become rows of one table. */
export interface TableMapping<Body> {
  readonly table: string;
  /** In the order in which `write` writes them. */
  readonly columns: readonly string[];
  /** Column with the stream sequence of the message a row was made from; `stream` holds the stream. */
  readonly sequence: string;
  /** Writes the rows that this message makes in this table. @returns how many: 0 is fine. */
  readonly write: (rows: RowWriter, message: Delivered<Body>) => number;
}

/** Rows for one table, ready to be sent. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly sequence: string;
  readonly rows: number;
  /** RowBinary. */
  readonly bytes: Buffer;
}

/** Rows of a batch, table by table; tables without any are left out. */
export function rowsOf<Body>(
  mappings: readonly TableMapping<Body>[],
  messages: readonly Delivered<Body>[],
): TableRows[] {
  return mappings.flatMap(({ table, columns, sequence, write }) => {
    const writer = new RowWriter();
    const rows = messages.reduce((sum, message) => sum + write(writer, message), 0);
    return rows > 0 ? [{ table, columns, sequence, rows, bytes: writer.bytes }] : [];
  });
}
