import type { MessageType } from '../../../protocol/message.ts';
import type { EventTime } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import type { RowWriter } from '../row-writer.ts';
import type { TableMapping } from '../rows.ts';
import { microseconds } from './times.ts';

/** What is written into each column, in the order of the columns. */
export type Columns<Row> = Readonly<Record<string, (rows: RowWriter, row: Row) => void>>;

/** A row that is made of a part of a message, e.g. one item of a notice. */
export interface PartOf<Body, Part> {
  readonly message: Delivered<Body>;
  readonly part: Part;
  /** Counts the parts of the message from 0. */
  readonly index: number;
}

/** Where a row came from: the last columns of every table. */
const ORIGIN: Columns<Delivered<unknown>> = {
  stored_at: (rows, { storedAt }) => rows.int64(Math.floor(storedAt)),
  stream: (rows, { stream }) => rows.text(stream),
  sequence: (rows, { sequence }) => rows.int64(sequence),
};

/** A table with one row per message of a kind. Messages of other kinds, which the same stream may carry, make none. */
export const rowPerMessage = <Body>(
  table: string,
  type: MessageType<Body>,
  columns: Columns<Body>,
): TableMapping<unknown> =>
  rowPerPart<Body, Body>(
    table,
    type,
    body => [body],
    columnsOf(columns, ({ part }) => part),
  );

/** The same columns for rows that have what they are written from within them. */
export const columnsOf = <Inner, Row>(columns: Columns<Inner>, of: (row: Row) => Inner): Columns<Row> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, write]) => [name, (rows, row) => write(rows, of(row))]),
  );

/** A table with one row per part of each message of a kind, or of kinds with the same body. */
export function rowPerPart<Body, Part>(
  table: string,
  kinds: MessageType<Body> | readonly MessageType<Body>[],
  partsOf: (body: Body) => readonly Part[],
  columns: Columns<PartOf<Body, Part>>,
): TableMapping<unknown> {
  const types = new Set([kinds].flat().map(({ type }) => type));
  const writers = Object.values(columns);
  const origin = Object.values(ORIGIN);
  return {
    table,
    columns: [...Object.keys(columns), ...Object.keys(ORIGIN)],
    sequence: 'sequence',
    write(rows, delivered) {
      if (!types.has(delivered.type)) return 0;
      const message = delivered as Delivered<Body>;
      const parts = partsOf(message.body);
      for (const [index, part] of parts.entries()) {
        for (const write of writers) write(rows, { message, part, index });
        for (const write of origin) write(rows, message);
      }
      return parts.length;
    },
  };
}

/** DateTime64(6) */
export const moment = (rows: RowWriter, time: EventTime): void => rows.int64(microseconds(time));

/** Nullable(DateTime64(6)) */
export const momentIfAny = (rows: RowWriter, time: EventTime | undefined): void =>
  rows.nullable(time, some => moment(rows, some));
