import { pino } from 'pino';
import { expect, test } from 'vitest';
import { command, openStore } from '../../../runtime/store/connection.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { migrations } from '../../../runtime/store/migrations/migrations.ts';
import { clickHouse } from '../../helpers/store.ts';

const log = pino({ level: 'silent' });

test('arrays that were stored as doubles are there as they were when steps come, and both are rolled up together', async () => {
  await using server = await clickHouse();
  const options = server.options('aged');
  await migrate(
    options,
    log,
    migrations.filter(({ id }) => id < 19),
  );
  await using store = openStore(options);
  const insert = (columns: string, rows: string) =>
    command(store, `INSERT INTO reading_arrays (ts, device, in_out, ${columns}) VALUES ${rows}`, 'test');
  await insert(
    'values',
    "('2026-11-01 00:00:01', 'E:A', 'in', [0.1, nan]), ('2026-11-01 00:00:01', 'E:B', 'in', [])",
  );
  await migrate(options, log);
  await insert('steps, scale', "('2026-11-01 00:00:02', 'E:A', 'in', [3, 70], 10)");
  await insert('numbers', "('2026-11-01 00:00:03', 'E:A', 'in', [0.2, 9.0])");
  expect(
    await server.rows(
      'aged',
      'SELECT device, toString(values) AS given FROM reading_arrays ORDER BY device, ts',
    ),
  ).toEqual([
    { device: 'E:A', given: '[0.1,nan]' },
    { device: 'E:A', given: '[0.3,7]' },
    { device: 'E:A', given: '[0.2,9]' },
    { device: 'E:B', given: '[]' },
  ]);
  const rolledUp = (table: string) =>
    server.rows(
      'aged',
      `SELECT toUInt32(sum(count)) AS n, arrayMap(mean -> round(mean, 6), avgForEachMerge(mean)) AS mean FROM ${table} WHERE device = 'E:A'`,
    );
  for (const table of ['reading_arrays_1m', 'reading_arrays_1h'])
    expect(await rolledUp(table)).toEqual([{ n: 3, mean: [0.2, 8] }]);
});
