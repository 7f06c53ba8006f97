import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { startClickHouse } from '../../../../runtime/embedded/clickhouse/server.ts';
import { command, openStore, rowsOf } from '../../../../runtime/store/connection.ts';
import { mountable } from '../../../chaos/mounts.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const run = promisify(execFile);

/** A write beyond the limit of a process then fails, as one to a full disk does, and does not end it. */
const OUTLIVES_LIMIT = '--import=data:text/javascript,process.on(%22SIGXFSZ%22,()=>{})';
const LIMIT_BYTES = 1_000_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** 4 MB. */
const insert = (from: number) =>
  `INSERT INTO kept SELECT ${from} + number, randomString(1000) FROM numbers(4000)`;

test('an engine that could not write confirms nothing, and what it merged from is there when it is started again', async context => {
  if (process.platform !== 'linux') context.skip('only Linux limits what another process may write');
  vi.stubEnv('NODE_OPTIONS', `${process.env['NODE_OPTIONS'] ?? ''} ${OUTLIVES_LIMIT}`);
  await using directory = await temporaryDirectory();
  /** What becomes of an engine, and of what it is told, when a file can be no larger than a part of what it writes. */
  const life = async (statements: readonly string[], failing?: string) => {
    await using server = await startClickHouse({
      directory: directory.path,
      log: pino({ level: 'silent' }),
    });
    await using store = openStore({ url: server.url, user: 'spillway', database: 'default' });
    for (const statement of statements) await command(store, statement, 'test');
    if (failing === undefined)
      return await rowsOf(store, 'SELECT count() AS rows, countIf(length(s) = 1000) AS whole FROM kept', '');
    await run('prlimit', ['--pid', String(server.pid), `--fsize=${LIMIT_BYTES}`]);
    const told = await command(store, failing, 'test').then(
      () => 'confirmed',
      () => 'not confirmed',
    );
    return { told, ended: (await server.exited).signal };
  };
  const table = 'CREATE TABLE kept (n UInt64, s String CODEC(NONE)) ENGINE = MergeTree ORDER BY n';
  expect(await life([table, insert(0)], insert(10_000))).toEqual({
    told: 'not confirmed',
    ended: 'SIGKILL',
  });
  // Long after it was told: the next look finds it.
  expect(await life([insert(20_000)], 'OPTIMIZE TABLE kept FINAL')).toMatchObject({ ended: 'SIGKILL' });
  expect(await life([])).toEqual([{ rows: 8_000, whole: 8_000 }]);
});

test('rows for which there is no room on their way to the engine are not taken for fewer', async context => {
  const mounts = await mountable();
  if ('reason' in mounts) context.skip(mounts.reason);
  await using directory = await temporaryDirectory();
  const [program = '', ...args] = 'within' in mounts ? mounts.within : [];
  const script = join(import.meta.dirname, 'rows-on-full-disk.ts');
  const { stdout } = await run(program, [...args, process.execPath, script, directory.path]);
  expect(stdout).toBe('ENOSPC');
});
