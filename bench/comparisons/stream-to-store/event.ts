import { z } from 'zod';
import type { RowWriter } from '../../../actors/recorder/row-writer.ts';
import type { TableMapping } from '../../../actors/recorder/rows.ts';
import { decodeJson, encodeJson, type MessageType } from '../../../protocol/message.ts';
import { facts } from '../../../runtime/store/engines.ts';

/** An event of 1.5 kB, the size of the published figure: a row of eight columns. */
const Event = z.strictObject({
  id: z.string(),
  time: z.int().describe('microseconds since 1970'),
  device: z.string(),
  status: z.int(),
  value: z.number(),
  units: z.string(),
  trigger: z.string(),
  text: z.string(),
});
export type Event = z.infer<typeof Event>;

export const event: MessageType<Event> = {
  type: 'bench-event/1',
  stream: 'BEAM',
  subject: experiment => `${experiment}.beam.event`,
  identity: ({ id }) => id,
  time: ({ time }) => ({ seconds: Math.floor(time / 1e6), nanoseconds: (time % 1e6) * 1000 }),
  encode: encodeJson,
  decode: bytes => decodeJson('bench-event/1', Event, bytes),
};

const WORDS = 'beam horn target spill pedestal toroid monitor trigger gap pixel wire batch'.split(' ');

/** The same for the same number. */
export function eventOf(n: number): Event {
  let seed = n * 2654435761;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  const text = Array.from({ length: 220 }, () => WORDS[next(WORDS.length)])
    .join(' ')
    .slice(0, 1350);
  return {
    id: `event-${n}`,
    time: 1_763_690_000_000_000 + n * 1_000,
    device: `E:D${String(next(60)).padStart(3, '0')}`,
    status: next(10) === 0 ? -2047 : 0,
    value: next(1_000_000) / 10_000,
    units: 'E12',
    trigger: 'A9',
    text,
  };
}

/** Columns in the order of the event's own keys, which is what the other contenders go by. */
export const columns = `id String, time DateTime64(6, 'UTC'), device LowCardinality(String), status Int32, value Float64,
  units LowCardinality(String), trigger LowCardinality(String), text String CODEC(ZSTD(1))`;

export const createTable = (table: string): string =>
  `CREATE TABLE ${table} (${columns}) ${facts({ orderBy: 'device, time', partitionBy: 'toYYYYMM(time)' })}`;

export const mapping = (table: string): TableMapping<Event> => ({
  table,
  columns: ['id', 'time', 'device', 'status', 'value', 'units', 'trigger', 'text'],
  // Refused batches are looked up by it; there are none here.
  sequence: 'time',
  write(rows: RowWriter, { body }) {
    rows.text(body.id);
    rows.int64(body.time);
    rows.text(body.device);
    rows.int32(body.status);
    rows.float64(body.value);
    rows.text(body.units);
    rows.text(body.trigger);
    rows.text(body.text);
    return 1;
  },
});
