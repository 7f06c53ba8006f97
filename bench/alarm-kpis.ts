/**
 * How long do the figures of the alarm system take over a long history?
 *
 *     node bench/alarm-kpis.ts [--changes 1000000] [--alarms 500] [--days 365]
 *
 * Fills `alarm_changes`, `notices` and `notice_outcomes` inside the engine, in a temporary directory: every alarm is
 * raised, acknowledged and over again and again, a quarter of them told in a notice that was sent. Then each KPI is asked
 * over the whole range, over HTTP, as the read-only account; the best and the slowest of five.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startClickHouse } from '../runtime/embedded/clickhouse/server.ts';
import { command, openStore, rowsOf } from '../runtime/store/connection.ts';
import { kpiTime } from '../runtime/store/kpis/kpi.ts';
import { kpis } from '../runtime/store/kpis/kpis.ts';
import { migrate } from '../runtime/store/migrate.ts';

const { values: options } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000000' },
    alarms: { type: 'string', default: '500' },
    days: { type: 'string', default: '365' },
  },
});
const alarms = Number(options.alarms);
const cycles = Math.ceil(Number(options.changes) / 3);
const END = Date.UTC(2026, 10, 1) / 1000;
const BEGIN = END - Number(options.days) * 86_400;
const RUNS = 5;

/** One raise, acknowledgement and return after the other; `number` counts them. */
const CYCLE = `
  intHash32(number) AS hash,
  concat('area-', toString(hash % 20), '/alarm-', toString(hash % ${alarms})) AS alarm,
  toDateTime64(${BEGIN}, 6, 'UTC') + toIntervalMicrosecond(toInt64(number * ${((END - BEGIN) / cycles) * 1e6})) AS raised,
  multiIf(hash % 20 = 0, 'INVALID', hash % 7 = 0, 'MAJOR', 'MINOR') AS severity`;

const FILL = [
  `INSERT INTO alarm_changes (ts, event_ts, raised_at, stored_at, alarm, area, transition, cause, state_before, state, severity, peak, mode)
   SELECT at, raised - toIntervalMillisecond(100), raised, at, alarm, splitByChar('/', alarm)[1], number * 3 + step,
     if(step = 1, 'command', 'input'), ['normal', 'unacknowledged', 'acknowledged'][step + 1],
     ['unacknowledged', 'acknowledged', 'normal'][step + 1], severity, severity, 'beam-on'
   FROM (
     SELECT number, ${CYCLE}, arrayJoin([0, 1, 2]) AS step,
       raised + toIntervalMillisecond(step * (1000 + hash % 60000)) AS at
     FROM numbers(${cycles})
   )`,
  `INSERT INTO notices (ts, stored_at, channel, number, kind, accounts_for)
   SELECT raised, raised, 'discord', number, 'page', [(alarm, number * 3, true)]
   FROM (SELECT number, ${CYCLE} FROM numbers(${cycles}) WHERE number % 4 = 0)`,
  `INSERT INTO notice_outcomes (ts, channel, number, result)
   SELECT raised + toIntervalMillisecond(200), 'discord', number, 'sent'
   FROM (SELECT number, ${CYCLE} FROM numbers(${cycles}) WHERE number % 4 = 0)`,
];

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const directory = await mkdtemp(join(tmpdir(), 'spillway-kpis-'));
const log = pino({ level: 'warn' });
const engine = await startClickHouse({ directory, log });
try {
  const database = { url: engine.url, database: 'spillway' };
  await migrate({ ...database, user: 'spillway' }, log);
  await using writer = openStore({ ...database, user: 'spillway' });
  for (const statement of FILL) await command(writer, statement, 'fill');
  await using reader = openStore({ ...database, user: 'grafana' });
  const [size] = await rowsOf<{ rows: number; mb: number }>(
    reader,
    `SELECT sum(rows) AS rows, sum(bytes_on_disk) / 1e6 AS mb FROM system.parts WHERE active AND table = 'alarm_changes'`,
    'size',
  );
  print(`${size?.rows} changes of ${alarms} alarms in ${options.days} days, ${size?.mb.toFixed(0)} MB`);
  const scope = { from: kpiTime(BEGIN * 1000), to: kpiTime(END * 1000) };
  for (const [name, sql] of [
    ['alarm_states', 'SELECT alarm, state FROM alarm_states'],
    ...kpis.map(kpi => [kpi.name, kpi.sql(scope)] as const),
  ] as const) {
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      rows = (await rowsOf(reader, sql, name)).length;
      times.push(performance.now() - began);
    }
    const show = (ms: number) => `${ms.toFixed(0).padStart(7)} ms`;
    print(`${name.padEnd(22)}${show(Math.min(...times))}${show(Math.max(...times))}  ${rows} rows`);
  }
} finally {
  await engine.stop();
  await rm(directory, { recursive: true, force: true });
}
