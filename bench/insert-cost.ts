/**
 * What does it cost to record spills?
 *
 *     node bench/insert-cost.ts [--spills 35] [--batches 40] [--tables] [--json FILE]
 *
 * Plays the demo beam without any server (60 devices in spill, 12 out of spill, 2,593 values a spill), and gives the
 * recorder batches of it as its lane would, one after the other, into a fresh engine. Prints processor time of the engine and of
 * the recorder per batch, and the time until the batch was in; with `--tables` for each table by itself too. Times by the wall
 * depend on what else the machine does; processor time does much less.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Recording } from '../actors/recorder/recording.ts';
import type { TableMapping } from '../actors/recorder/rows.ts';
import { quantitiesTable } from '../actors/recorder/tables/quantities.ts';
import { readingProblemsTable } from '../actors/recorder/tables/reading-problems.ts';
import { readingArraysTable, readingsTable } from '../actors/recorder/tables/readings.ts';
import { triggersTable } from '../actors/recorder/tables/triggers.ts';
import { QUIET } from '../fixtures/simulator/scenario.ts';
import { parseDeviceList } from '../protocol/device-list.ts';
import type { Readings } from '../protocol/messages/readings.ts';
import type { Batch, Delivered } from '../runtime/actor.ts';
import { playScenario } from '../test/helpers/played-scenario.ts';
import { freshStore } from './fresh-store.ts';

const { values: options } = parseArgs({
  options: {
    spills: { type: 'string', default: '35' },
    batches: { type: 'string', default: '40' },
    tables: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const spills = Number(options.spills);
const batches = Number(options.batches);
const TABLES = [readingsTable, readingArraysTable, readingProblemsTable, triggersTable, quantitiesTable];
const START = Date.UTC(2026, 10, 1);
/** A spill every 2 s, and a hole at the end of each supercycle. */
const MS_PER_SPILL = 2_500;

const played = await play();
const runs = [TABLES, ...(options.tables ? TABLES.map(table => [table]) : [])];
const costs = [];
for (const tables of runs) costs.push(await measure(tables));
print(`${'tables'.padEnd(60)} engine  recorder  wall   ms a batch of ${spills} spills`);
for (const { tables, engine, recorder, wall } of costs)
  print(
    `${tables.padEnd(60)} ${engine.toFixed(1).padStart(6)} ${recorder.toFixed(1).padStart(9)} ${wall.toFixed(1).padStart(6)}`,
  );
if (options.json !== undefined) await writeFile(options.json, JSON.stringify(costs, undefined, 1));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** In-spill and out-of-spill sets of readings, by batch. */
async function play(): Promise<readonly Batch<Readings>[]> {
  const file = 'fixtures/devices/numi.yaml';
  const { devices } = parseDeviceList(await readFile(file, 'utf8'), file);
  const wanted = 2 * spills * batches;
  const messages = playScenario({
    scenario: QUIET,
    devices,
    startMs: START,
    lengthMs: spills * batches * MS_PER_SPILL,
  })
    .slice(0, wanted)
    .map((message, index) => ({ ...message, sequence: index + 1 }));
  if (messages.length < wanted) throw new Error(`${messages.length} messages instead of ${wanted}`);
  return Array.from({ length: batches }, (_, index) =>
    batchOf(messages.slice(index * 2 * spills, (index + 1) * 2 * spills)),
  );
}

function batchOf(messages: readonly Delivered<Readings>[]): Batch<Readings> {
  const [first, last] = [messages[0]?.sequence, messages.at(-1)?.sequence];
  return { messages, token: `BEAM@1:${first}-${last}`, afterRefusal: false, again: false };
}

interface Cost {
  readonly tables: string;
  /** Milliseconds a batch. */
  readonly engine: number;
  readonly recorder: number;
  readonly wall: number;
}

async function measure(tables: readonly TableMapping<Readings>[]): Promise<Cost> {
  await using store = await freshStore('insert');
  const recording = new Recording(store.writer, tables, {
    clock: () => performance.now(),
    count: () => {},
    observe: () => {},
    publish: async () => ({ sequence: 1, duplicate: false }),
  });
  // What is compiled, and asked for the first time, is no part of it.
  const warm = Math.min(8, Math.floor(played.length / 4));
  for (const batch of played.slice(0, warm)) await recording.deliver(batch);
  const { pid } = store.engine;
  const before = {
    engine: await processorMs(pid),
    recorder: process.cpuUsage(),
    wall: performance.now(),
  };
  for (const batch of played.slice(warm)) await recording.deliver(batch);
  const each = played.length - warm;
  const used = process.cpuUsage(before.recorder);
  return {
    tables: tables.map(({ table }) => table).join(', '),
    engine: ((await processorMs(pid)) - before.engine) / each,
    recorder: (used.user + used.system) / 1000 / each,
    wall: (performance.now() - before.wall) / each,
  };
}

/** Processor time of a process so far, its threads included. Linux counts in hundredths of a second. */
async function processorMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
