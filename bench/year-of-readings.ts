/**
 * How long do plots over a year of readings take?
 *
 *     node bench/year-of-readings.ts [--days 365] [--devices 50] [--hertz 0.5] [--keep]
 *
 * Fills the store's own tables inside the engine (INSERT SELECT, so the roll-ups are made by the same views as in
 * operation), in a temporary directory, month by month. First it shows that the roll-ups agree with the readings, then
 * it times what a dashboard asks, over the HTTP interface, as the read-only account: the best and the median of
 * several runs, and the slowest, which is the first and finds nothing cached by the engine.
 */
import { parseArgs } from 'node:util';
import { rowsOf, type Store } from '../runtime/store/connection.ts';
import { freshStore } from './fresh-store.ts';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    devices: { type: 'string', default: '50' },
    hertz: { type: 'string', default: '0.5' },
    keep: { type: 'boolean', default: false },
  },
});
const days = Number(options.days);
const devices = Number(options.devices);
const hertz = Number(options.hertz);
const RUNS = 7;
const END = Date.UTC(2026, 10, 1) / 1000;
const BEGIN = END - days * 86_400;
const PER_DAY = Math.round(86_400 * hertz);

{
  await using store = await freshStore('year', options);
  print(`${days} days, ${devices} devices, ${hertz} Hz, ClickHouse ${store.engine.version}`);
  await fill(store.writer);
  await describe(store.writer);
  await agree(store.writer);
  await time(store.reader);
  if (options.keep) print(`kept in ${store.directory}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Readings that walk about a mean of their own, with jitter in time and now and then a NaN. */
async function fill(store: Store): Promise<void> {
  const began = performance.now();
  for (let day = 0; day < days; day += 5) {
    const span = Math.min(5, days - day);
    await store.client.command({
      query: `INSERT INTO readings (ts, device, in_out, value, units, status, device_time, trigger, source, mode, stream, sequence)
        WITH intDiv(number, ${devices}) AS spill, number % ${devices} AS device_number,
          ${BEGIN + day * 86_400} + spill / ${hertz} + (sipHash64(spill) % 1000) / 1e5 AS at
        SELECT toDateTime64(at, 6, 'UTC'), concat('E:D', leftPad(toString(device_number), 3, '0')), 'in',
          if(sipHash64(number) % 100000 = 0, nan, round(device_number + sin(at / 40000) + (sipHash64(number, 1) % 4096) / 40960, 4)),
          'E12', 0, toDateTime64(at, 3, 'UTC'), 'A9', 'beams', 'callback', 'BEAM@1', ${day * PER_DAY} + spill
        FROM numbers(${span * PER_DAY * devices})`,
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 0,
        max_partitions_per_insert_block: '0',
        max_insert_threads: '2',
      },
    });
    const rate = ((day + span) * PER_DAY * devices) / (performance.now() - began) / 1000;
    if (process.stderr.isTTY)
      process.stderr.write(`\rday ${day + span} of ${days}, ${rate.toFixed(2)} M rows/s `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  print(`filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

async function describe(store: Store): Promise<void> {
  const tables = await rowsOf<{ table: string; rows: number; size: string; each: number; parts: number }>(
    store,
    `SELECT table, sum(p.rows) AS rows, formatReadableSize(sum(bytes_on_disk)) AS size,
       round(sum(bytes_on_disk) / sum(p.rows), 2) AS each, count() AS parts
     FROM system.parts AS p WHERE active AND database = 'spillway' AND table LIKE 'readings%' GROUP BY table ORDER BY table`,
    'sizes',
  );
  for (const { table, rows, size, each, parts } of tables)
    print(
      `${table.padEnd(12)} ${String(rows).padStart(10)} rows  ${size.padStart(10)}  ${each} B a row  ${parts} parts`,
    );
}

/** The roll-ups say the same as the readings, or the times below mean nothing. */
async function agree(store: Store): Promise<void> {
  const sums = await Promise.all(
    [
      'SELECT countIf(isFinite(value)) AS n, countIf(isNaN(value)) AS nan, minIf(value, isFinite(value)) AS low, maxIf(value, isFinite(value)) AS high FROM readings',
      'SELECT sum(count) AS n, sum(not_finite) AS nan, min(min) AS low, max(max) AS high FROM readings_1m',
      'SELECT sum(count) AS n, sum(not_finite) AS nan, min(min) AS low, max(max) AS high FROM readings_1h',
    ].map(async query => JSON.stringify(await rowsOf(store, query, 'agreement'))),
  );
  if (new Set(sums).size !== 1) throw new Error(`the roll-ups do not agree: ${sums.join(' ')}`);
  print(`roll-ups agree with the readings: ${sums[0]}`);
}

async function time(store: Store): Promise<void> {
  const span = (length: number) =>
    `ts >= toDateTime(${Math.max(BEGIN, END - length)}) AND ts < toDateTime(${END})`;
  const binned = (table: string, device: string, length: number, bin: number) =>
    table === 'readings'
      ? `SELECT toStartOfInterval(ts, INTERVAL ${bin} SECOND) AS time, device, avg(value), min(value), max(value)
         FROM readings WHERE ${device} AND ${span(length)} GROUP BY time, device ORDER BY time`
      : `SELECT toStartOfInterval(ts, INTERVAL ${bin} SECOND) AS time, device, sum(sum) / nullIf(sum(count), 0), min(min), max(max)
         FROM ${table} WHERE ${device} AND ${span(length)} GROUP BY time, device ORDER BY time`;
  const one = "device = 'E:D007'";
  const six = `device IN (${[1, 2, 3, 5, 8, 13].map(n => `'E:D${String(n).padStart(3, '0')}'`).join(', ')})`;
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  const plots: [string, string][] = [
    [
      'raw, 1 device, last hour, every point',
      `SELECT ts, value FROM readings WHERE ${one} AND ${span(HOUR)} ORDER BY ts`,
    ],
    ['raw, 6 devices, last 6 hours, 10 s bins', binned('readings', six, 6 * HOUR, 10)],
    ['raw, 6 devices, last day, 1 min bins', binned('readings', six, DAY, 60)],
    ['raw, 1 device, 30 days, 1 h bins', binned('readings', one, 30 * DAY, HOUR)],
    ['raw, 1 device, all, 6 h bins', binned('readings', one, 366 * DAY, 6 * HOUR)],
    ['1m, 6 devices, last day, 1 min bins', binned('readings_1m', six, DAY, 60)],
    ['1m, 6 devices, 30 days, 30 min bins', binned('readings_1m', six, 30 * DAY, 1800)],
    ['1m, 1 device, all, 6 h bins', binned('readings_1m', one, 366 * DAY, 6 * HOUR)],
    ['1h, 6 devices, all, 6 h bins', binned('readings_1h', six, 366 * DAY, 6 * HOUR)],
    ['1h, all devices, all, 1 day bins', binned('readings_1h', '1', 366 * DAY, DAY)],
    [
      '1h, last value of every device',
      'SELECT device, argMaxMerge(last), max(last_ts) FROM readings_1h GROUP BY device',
    ],
  ];
  print(
    `\n${'plot'.padEnd(42)} ${'best'.padStart(6)} ${'median'.padStart(7)} ${'first'.padStart(7)}  ms   rows out`,
  );
  for (const [name, query] of plots) {
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      rows = (await rowsOf(store, query, name)).length;
      times.push(performance.now() - began);
    }
    const first = times[0] ?? 0;
    const sorted = times.toSorted((a, b) => a - b);
    const show = (ms: number | undefined, width: number) => (ms ?? 0).toFixed(0).padStart(width);
    print(
      `${name.padEnd(42)} ${show(sorted[0], 6)} ${show(sorted[RUNS >> 1], 7)} ${show(first, 7)}       ${rows}`,
    );
  }
}
