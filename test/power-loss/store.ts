import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { Readings } from '../../protocol/messages/readings.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Batch } from '../../runtime/actor.ts';
import { type ClickHouse, startClickHouse } from '../../runtime/embedded/clickhouse/server.ts';
import { openStore, rowsOf, type StoreOptions } from '../../runtime/store/connection.ts';
import { batchOf, device, readingsOf, startRecorder } from '../actors/recorder/fixtures.ts';
import { machineStarted } from '../helpers/machine-started.ts';
import { cuttableDisk } from './disk.ts';
import type { Cut } from './report.ts';

const STREAM = 'BEAM@1';
/** Messages of a batch, and devices of each: a row apiece. */
const MESSAGES = 10;
const DEVICES = 20;
const FIRST_SECOND = 1_795_000_000;

const start = (directory: string): Promise<ClickHouse> =>
  startClickHouse({ directory, log: pino({ level: 'silent' }) });

const optionsOf = ({ url }: ClickHouse): StoreOptions => ({ url, user: 'spillway', database: 'spillway' });

/** Batch number `n`, always the same. */
function batchNumber(n: number): Batch<Readings> {
  const first = 1 + n * MESSAGES;
  const bodies = Array.from({ length: MESSAGES }, (_, message) =>
    readingsOf(
      FIRST_SECOND + first + message,
      Array.from({ length: DEVICES }, (_, index) => device(`E:D${index}`, [first + message])),
    ),
  );
  return batchOf(STREAM, first, bodies);
}

/** In messages. */
export interface StoreCut {
  readonly rows: Cut;
  readonly rollUps: Cut;
}

/**
 * Has the recorder store readings, cuts the power, and gives the recorder of the next life what the host would give it: the last batch
 * that it was told is stored, since that word may be lost with the machine, and the one that was in hand.
 */
export async function cutStore(flowMs: Milliseconds): Promise<StoreCut> {
  await using disk = await cuttableDisk(1024);
  const server = await start(disk.path);
  let stored = 0;
  {
    await using actor = await startRecorder(optionsOf(server));
    const storing = (async () => {
      for (let n = 0; ; n++) {
        await actor.lane('BEAM').deliver(batchNumber(n));
        stored = n + 1;
      }
    })().catch(() => undefined);
    await delay(flowMs);
    const told = stored;
    await disk.cut();
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await storing;
    stored = told;
  }
  await disk.restore();
  using _started = machineStarted();
  // No machine is back within the second of its power cut, which is as exactly as rows know when they came.
  await delay(1_000);
  await using again = await start(disk.path);
  {
    await using actor = await startRecorder(optionsOf(again));
    for (const n of [stored - 1, stored])
      if (n >= 0) await actor.lane('BEAM').deliver({ ...batchNumber(n), again: true });
  }
  return await look(again, stored * MESSAGES);
}

/** Rows of each message that was stored, and of the one batch after them, in the table and in its roll-up. */
async function look(server: ClickHouse, acknowledged: number): Promise<StoreCut> {
  await using store = openStore(optionsOf(server));
  const sequences = await rowsOf<{ sequence: number; rows: number }>(
    store,
    'SELECT sequence, count() AS rows FROM readings GROUP BY sequence',
    'count what is stored',
  );
  const [rolledUp] = await rowsOf<{ rows: number }>(
    store,
    'SELECT sum(count) AS rows FROM readings_1m',
    'count what is rolled up',
  );
  const rows = new Map(sequences.map(row => [row.sequence, row.rows]));
  const everything = Array.from({ length: acknowledged + MESSAGES }, (_, index) => rows.get(index + 1) ?? 0);
  const surplus = (rolledUp?.rows ?? 0) / DEVICES - everything.length;
  return {
    rows: {
      acknowledged,
      lost: everything.filter(found => found < DEVICES).length,
      doubled: everything.filter(found => found > DEVICES).length,
    },
    rollUps: { acknowledged, lost: Math.max(0, -surplus), doubled: Math.max(0, surplus) },
  };
}
