import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { seal } from '../../../runtime/host/envelope.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { usageOf } from '../../harness/usage.ts';
import { EXPERIMENT, type Scene, scene } from '../scene.ts';
import { createTable, event, eventOf } from './event.ts';

/** A stream full of events, and the same in a file. */
export interface Filled extends AsyncDisposable {
  readonly scene: Scene;
  readonly messages: number;
  /** Bodies, one a line. */
  readonly file: string;
  /** Processor time of nats-server for taking them all in. */
  readonly publishSeconds: number;
  /** A new table for one run. */
  readonly table: () => Promise<string>;
}

/** Messages on their way at a time. */
const UNDER_WAY = 256;

export async function filled(directory: string, messages: number, signal: AbortSignal): Promise<Filled> {
  const world = await scene(directory, signal);
  const file = join(directory, 'events.json');
  const write = pipeline(lines(messages), createWriteStream(file));
  const before = usageOf(world.nats.pid)?.cpuSeconds ?? 0;
  const { js } = world.connection;
  for (let first = 0; first < messages; first += UNDER_WAY) {
    signal.throwIfAborted();
    const lot = Array.from({ length: Math.min(UNDER_WAY, messages - first) }, (_, index) => {
      const { subject, payload, headers } = seal(
        EXPERIMENT,
        { type: event, body: eventOf(first + index) },
        [],
      );
      return js.publish(subject, payload, { headers, timeout: 20_000 });
    });
    await Promise.all(lot);
  }
  await write;
  let tables = 0;
  return {
    scene: world,
    messages,
    file,
    publishSeconds: (usageOf(world.nats.pid)?.cpuSeconds ?? 0) - before,
    async table() {
      if (tables > 0) await world.store.client.command({ query: `DROP TABLE events_${tables}` });
      const name = `events_${++tables}`;
      await world.store.client.command({ query: createTable(name) });
      return name;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function* lines(messages: number): Generator<string> {
  for (let n = 0; n < messages; n++) yield `${JSON.stringify(eventOf(n))}\n`;
}

/** What every contender must have made of the stream: how many rows, and a digest of all their columns. */
export async function contentsOf(store: Store, table: string): Promise<string> {
  const [row] = await rowsOf<{ rows: number; digest: string }>(
    store,
    `SELECT count() AS rows, toString(sum(cityHash64(*))) AS digest FROM ${table}`,
    'contents',
  );
  return `${row?.rows} rows, digest ${row?.digest}`;
}

/** @throws Error where a run has left another number of rows */
export async function mustHave(store: Store, table: string, messages: number): Promise<void> {
  const [row] = await rowsOf<{ n: number }>(store, `SELECT count() AS n FROM ${table}`, 'rows');
  if (row?.n !== messages) throw new Error(`${row?.n} rows instead of ${messages}`);
}
