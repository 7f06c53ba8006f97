/**
 * How long does each panel of each board take to draw a year?
 *
 *     node bench/year-of-boards.ts [--runs 7] [--ranges 1h,24h,30d,365d] [--json FILE]
 *
 * Makes a year of a beam line with 35 scalar devices and 12 arrays of 216 channels at 0.5 Hz, inside the engine, in a
 * temporary directory: the last six hours as readings, from which the store's own views make the rest, and everything
 * before as the minutes and hours that the views would have left. (The arrays by the minute go back 30 days only.) Then
 * it runs every query of every board as the read-only account, as `spillway dashboards check` does, and prints for each
 * panel the median and the slowest of several runs. The slowest is usually the first, which finds nothing cached.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBoard, type Timing } from '../dashboards/check/check.ts';
import { asLine } from '../dashboards/check/finding.ts';
import { timeRange } from '../dashboards/expand/time-range.ts';
import { readBoard } from '../dashboards/read-board.ts';
import { boardFiles } from '../runtime/commands/dashboard-files.ts';
import type { Store } from '../runtime/store/connection.ts';
import { freshStore } from './fresh-store.ts';
import { yearOfBoards } from './year-of-boards-data.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    ranges: { type: 'string', default: '1h,24h,30d,365d' },
    json: { type: 'string' },
  },
});
const END = Date.UTC(2026, 10, 1);

{
  await using store = await freshStore('boards');
  const began = performance.now();
  for (const query of yearOfBoards(END / 1_000)) await fill(store.writer, query);
  print(
    `a year in ${((performance.now() - began) / 1_000).toFixed(0)} s, ClickHouse ${store.engine.version}`,
  );
  const seen: Row[] = [];
  for (const range of options.ranges.split(',')) seen.push(...(await time(store.reader, range)));
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(seen, undefined, 1));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Row {
  readonly range: string;
  readonly board: string;
  readonly place: string;
  readonly median: number;
  readonly slowest: number;
  readonly rows: number;
  readonly readRows: number | undefined;
}

async function fill(store: Store, query: string): Promise<void> {
  await store.client.command({
    query,
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 0,
      max_partitions_per_insert_block: '0',
      // A spill must not be cut in two.
      max_insert_threads: '1',
    },
  });
}

async function time(store: Store, range: string): Promise<readonly Row[]> {
  const runs = new Map<string, Timing[]>();
  const { fromMs, toMs } = timeRange(`now-${range}`, 'now', END);
  for (let run = 0; run < Number(options.runs); run += 1)
    for (const file of await boardFiles([])) {
      const board = readBoard(await readFile(file, 'utf8'));
      const { timings, findings } = await checkBoard(store, board, basename(file, '.json'), {
        range: { fromMs, toMs },
        mostRows: 50_000,
        slowMs: Number.POSITIVE_INFINITY,
        allowEmpty: false,
        signal: new AbortController().signal,
      });
      if (run === 0) for (const finding of findings) print(asLine(finding));
      for (const timing of timings) {
        const key = `${timing.board}, ${timing.place}`;
        runs.set(key, [...(runs.get(key) ?? []), timing]);
      }
    }
  const seen = [...runs.values()].map(timings => row(range, timings));
  print(`\nlast ${range}`.padEnd(72) + 'median  slowest ms     rows  to be read');
  for (const { board, place, median, slowest, rows, readRows } of seen.toSorted(
    (a, b) => b.median - a.median,
  ))
    print(
      `${`${board}, ${place}`.slice(0, 70).padEnd(70)} ${String(median).padStart(6)} ${String(slowest).padStart(8)} ${String(rows).padStart(11)} ${String(readRows ?? '').padStart(11)}`,
    );
  const all = [...runs.values()].flat().map(({ ms }) => ms);
  print(
    `all ${all.length}: median ${at(all, 0.5)} ms, 95 % within ${at(all, 0.95)} ms, slowest ${at(all, 1)} ms`,
  );
  return seen;
}

function row(range: string, timings: readonly Timing[]): Row {
  const [first] = timings;
  const ms = timings.map(timing => timing.ms);
  return {
    range,
    board: first?.board ?? '',
    place: first?.place ?? '',
    median: at(ms, 0.5),
    slowest: at(ms, 1),
    rows: first?.rows ?? 0,
    readRows: first?.readRows,
  };
}

/** A function, not a constant: the program above runs before what stands below it is there. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
