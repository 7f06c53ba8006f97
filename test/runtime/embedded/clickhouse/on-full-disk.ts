/**
 * Main of a process with a mount namespace of its own: takes the room away while the engine writes an insert, and while it writes a merge, and
 * prints as JSON what was said and what is there when it has been started again.
 */
import { execFile } from 'node:child_process';
import { readdir, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { takeRows } from '../../../../runtime/embedded/clickhouse/body.ts';
import { startClickHouse } from '../../../../runtime/embedded/clickhouse/server.ts';
import { command, openStore, rowsOf } from '../../../../runtime/store/connection.ts';
import { until } from '../../../helpers/until.ts';

const run = promisify(execFile);
const directory = process.argv[2] ?? '/mnt';
const SIZE = '512m';
const resize = (size: string) => run('mount', ['-o', `remount,size=${size}`, directory]);

/** As large as what is in it; what is written meanwhile makes it more. */
async function fill(): Promise<void> {
  for (;;) {
    const { blocks, bfree, bsize } = await statfs(directory);
    const taken = await resize(String((blocks - bfree) * bsize)).then(
      () => true,
      () => false,
    );
    if (taken) return;
  }
}

/** Does what writes a part of that name, and leaves it no room to do so. */
async function interrupted(name: string, statement: string): Promise<string> {
  await using server = await start();
  await using store = openStore({ url: server.url, user: 'spillway', database: 'default' });
  const told = command(store, statement, 'test').then(
    () => 'confirmed',
    () => 'not confirmed',
  );
  await until(async () => (await readdir(directory, { recursive: true })).some(file => file.includes(name)));
  await fill();
  const { signal } = await server.exited;
  await resize(SIZE);
  return `${await told}, ${signal}`;
}

const start = () => startClickHouse({ directory, log: pino({ level: 'silent' }) });

/** 40 MB, which take longer to write than it takes to fill the disk. */
const rows = (from: number) =>
  `INSERT INTO kept SELECT ${from} + number, randomString(1000) FROM numbers(40000) SETTINGS max_insert_block_size = 1000000`;

async function after<Result>(
  look: (store: ReturnType<typeof openStore>) => Promise<Result>,
): Promise<Result> {
  await using server = await start();
  await using store = openStore({ url: server.url, user: 'spillway', database: 'default' });
  return await look(store);
}

await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'test', directory]);
await after(async store => {
  await command(
    store,
    'CREATE TABLE kept (n UInt64, s String CODEC(NONE)) ENGINE = MergeTree ORDER BY n',
    '',
  );
  await command(store, rows(0), '');
});
const count = (store: ReturnType<typeof openStore>) =>
  rowsOf<{ rows: number }>(store, 'SELECT count() AS rows, countIf(length(s) = 1000) AS whole FROM kept', '');
const insert = await interrupted('tmp_insert', rows(100_000));
const afterInsert = await after(count);
await after(store => command(store, rows(200_000), ''));
const merge = await interrupted('tmp_merge', 'OPTIMIZE TABLE kept FINAL');
const afterMerge = await after(count);
await fill();
const { blocks, bfree, bsize } = await statfs(directory);
// Room for some of it.
await resize(String((blocks - bfree + 2) * bsize));
async function* body() {
  yield Buffer.alloc(10 * bsize, 1);
}
const spooled = await takeRows(body(), 0, directory).then(
  () => 'taken',
  ({ code }: { code: string }) => code,
);
process.stdout.write(JSON.stringify({ insert, afterInsert, merge, afterMerge, spooled }));
