/**
 * How fast are alarm rules judged again on a month of recorded readings, and in how much memory?
 *
 *     node bench/backtest.ts [--days 30] [--devices 50] [--hertz 0.5]
 *
 * Fills `triggers` and `readings` inside the engine, in a temporary directory. Then it runs `backtest` over all of it with rules
 * that hold every device against limits, through the engine's own fold.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { backtest, RUN_IN_MS } from '../actors/alarm-engine/backtest/backtest.ts';
import { recorded } from '../actors/alarm-engine/backtest/recorded.ts';
import { startClickHouse } from '../runtime/embedded/clickhouse/server.ts';
import { command, openStore } from '../runtime/store/connection.ts';
import { migrate } from '../runtime/store/migrate.ts';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    devices: { type: 'string', default: '50' },
    hertz: { type: 'string', default: '0.5' },
  },
});
const days = Number(options.days);
const devices = Number(options.devices);
const hertz = Number(options.hertz);
const END = Date.UTC(2026, 10, 1);
const BEGIN = END - days * 86_400_000;

const SPILL = `toDateTime64(${BEGIN / 1000}, 6, 'UTC') + toIntervalMicrosecond(toInt64(number * ${1e6 / hertz}))`;
const PER_DAY = Math.round(86_400 * hertz);
const FROM_STREAM = `'A9', 'acnet', 'callback', 'BEAM@1', number + 1`;

/** A day at a time: a statement has a minute. */
const fillOf = (day: number): readonly string[] => [
  `INSERT INTO triggers (ts, stored_at, in_out, devices, trigger, source, mode, stream, sequence)
   SELECT ${SPILL} AS ts, ts + toIntervalMillisecond(30), 'in', ${devices}, ${FROM_STREAM} FROM numbers(${day * PER_DAY}, ${PER_DAY})`,
  `INSERT INTO readings (ts, device, in_out, value, units, device_time, trigger, source, mode, stream, sequence)
   SELECT ${SPILL} AS ts, concat('E:D', toString(device)), 'in', 10 + sin(number / 3000 + device) + (rand() % 1000) / 2000, 'mm',
     ts, ${FROM_STREAM}
   FROM numbers(${day * PER_DAY}, ${PER_DAY}) ARRAY JOIN range(${devices}) AS device`,
];

/** Every device within limits that it leaves now and then, three of five spills. */
const rules = [
  {
    path: 'alarms/bench.yaml',
    text: [
      'modes: [{ name: beam-on, when: "E:D0 > 0" }]',
      'alarms:',
      '  bench/d{n}:',
      `    each: { n: 0..${devices - 1} }`,
      '    title: Device {n}',
      '    value: E:D{n}',
      '    limits: { low: 8.5, high: 11.4 }',
      '    deadband: 0.1',
      '    count: { bad: 3, of: 5 }',
    ].join('\n'),
  },
];

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const directory = await mkdtemp(join(tmpdir(), 'spillway-backtest-'));
const log = pino({ level: 'warn' });
const engine = await startClickHouse({ directory, log });
try {
  const database = { url: engine.url, database: 'spillway', user: 'spillway' };
  await migrate(database, log);
  await using store = openStore(database);
  // Only what is measured: roll-ups would take longer than all the rest.
  await command(store, 'DROP VIEW readings_to_1m', 'fill');
  const filling = performance.now();
  for (let day = 0; day < days; day++)
    for (const statement of fillOf(day)) await command(store, statement, 'fill');
  print(
    `${days} days, ${devices} devices, ${hertz} Hz: ${days * PER_DAY * devices} readings, filled in ${((performance.now() - filling) / 1000).toFixed(0)} s`,
  );
  const range = { from: BEGIN, to: END };
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 200);
  const began = performance.now();
  const [result] = await backtest([rules], recorded(store, { ...range, from: BEGIN - RUN_IN_MS }, [rules]), {
    range,
  });
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  const fired = result?.alarms.reduce((sum, alarm) => sum + alarm.fired, 0);
  print(
    `judged in ${seconds.toFixed(1)} s: ${Math.round((result?.readings ?? 0) / seconds)} readings/s, ${Math.round((result?.messages ?? 0) / seconds)} messages/s; ${fired} alarms; at most ${(peak / 1e6).toFixed(0)} MB`,
  );
} finally {
  await engine.stop();
  await rm(directory, { recursive: true, force: true });
}
