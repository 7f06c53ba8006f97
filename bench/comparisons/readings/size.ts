import { Recording } from '../../../actors/recorder/recording.ts';
import { quantitiesTable } from '../../../actors/recorder/tables/quantities.ts';
import { readingProblemsTable } from '../../../actors/recorder/tables/reading-problems.ts';
import { readingArraysTable, readingsTable } from '../../../actors/recorder/tables/readings.ts';
import { triggersTable } from '../../../actors/recorder/tables/triggers.ts';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { command, rowsOf } from '../../../runtime/store/connection.ts';
import { type FreshStore, freshStore } from '../../fresh-store.ts';
import type { Contender } from '../../harness/comparison.ts';
import { playedSpills, valuesIn } from './spills.ts';

const TABLES = [readingsTable, readingArraysTable, readingProblemsTable, triggersTable, quantitiesTable];
const PER_BATCH = 500;

interface Recorded {
  readonly store: FreshStore;
  readonly values: number;
  readonly contender: Contender;
}

/** A store with so many spills, as the recorder writes them, merged to the end. */
export async function asRecorded(spills: number): Promise<Recorded> {
  const bodies = await playedSpills(spills);
  const values = valuesIn(bodies);
  const store = await freshStore('size');
  const recording = new Recording(store.writer, TABLES, {
    clock: () => performance.now(),
    count: () => {},
    observe: () => {},
    publish: async () => ({ sequence: 0, duplicate: false }),
  });
  for (let first = 0; first < bodies.length; first += PER_BATCH) {
    const messages = bodies
      .slice(first, first + PER_BATCH)
      .map((body, index) => delivered(body, first + index + 1));
    const token = `BEAM@1:${first + 1}-${first + messages.length}`;
    await recording.deliver({ messages, token, afterRefusal: false, again: false });
  }
  return {
    store,
    values,
    contender: {
      name: 'spillway',
      async round() {
        const tables = await rowsOf<{ name: string }>(
          store.writer,
          "SELECT name FROM system.tables WHERE database = 'spillway' AND engine LIKE '%MergeTree'",
          'tables',
        );
        for (const { name } of tables) await command(store.writer, `OPTIMIZE TABLE ${name} FINAL`, 'merge');
        return { figure: (await bytesOf(store)) / values };
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    },
  };
}

/** The same, had the values of arrays been kept as doubles under a codec of the engine. */
export function asDoubles({ store, values }: Recorded, codec: string): Contender {
  const table = `doubles_${codec.replaceAll(/\W+/g, '_')}`;
  return {
    name: `doubles, ${codec}`,
    async round() {
      await command(store.writer, `DROP TABLE IF EXISTS ${table}`, 'begin anew');
      await command(
        store.writer,
        `CREATE TABLE ${table} (device LowCardinality(String), ts DateTime64(6), given Array(Float64) CODEC(${codec}))
         ENGINE = MergeTree ORDER BY (device, ts) SETTINGS min_bytes_for_wide_part = 0`,
        'make a table',
      );
      await command(
        store.writer,
        `INSERT INTO ${table} SELECT device, ts, values FROM reading_arrays`,
        'copy',
      );
      await command(store.writer, `OPTIMIZE TABLE ${table} FINAL`, 'merge');
      const [steps, doubles] = [
        await columnOf(store, 'reading_arrays', 'steps'),
        await columnOf(store, table, 'given'),
      ];
      return { figure: ((await bytesOf(store)) - steps + doubles) / values };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Of all that the recorder made. */
const bytesOf = async (store: FreshStore): Promise<number> =>
  sumOf(
    store,
    `SELECT sum(bytes_on_disk) AS n FROM system.parts
     WHERE active AND database = 'spillway' AND NOT startsWith(table, 'doubles')`,
  );

const columnOf = async (store: FreshStore, table: string, column: string): Promise<number> =>
  sumOf(
    store,
    `SELECT sum(column_data_compressed_bytes) AS n FROM system.parts_columns
     WHERE active AND database = 'spillway' AND table = '${table}' AND column = '${column}'`,
  );

const sumOf = async ({ writer }: FreshStore, query: string): Promise<number> =>
  (await rowsOf<{ n: number }>(writer, query, 'sizes'))[0]?.n ?? 0;

const delivered = (body: Readings, sequence: number): Delivered<Readings> => ({
  type: readings.type,
  body,
  identity: '',
  stream: 'BEAM@1',
  sequence,
  storedAt: 0,
  subject: '',
  hops: [],
});
