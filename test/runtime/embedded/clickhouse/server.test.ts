import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClickHouse } from '../../../../runtime/embedded/clickhouse/server.ts';
import { clickHouse, type TestStore } from '../../../helpers/store.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';
import { until } from '../../../helpers/until.ts';

const log = pino({ level: 'silent' });

describe('the official client on the embedded engine', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await clickHouse();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  const rowsOf = async <T>(query: string, more = {}) =>
    (await store.client().query({ query, format: 'JSONEachRow', ...more })).json<T>();

  test('answers ping', async () => {
    expect(await store.client().ping()).toEqual({ success: true });
  });

  test('DDL, insert of objects, select, and how many rows were written', async () => {
    const client = store.client();
    await client.command({ query: 'CREATE TABLE t1 (a UInt64, b String) ENGINE = MergeTree ORDER BY a' });
    const { summary } = await client.insert({
      table: 't1',
      values: [
        { a: 1, b: "it's \\ \n" },
        { a: 2, b: 'µ' },
      ],
      format: 'JSONEachRow',
    });
    expect(summary?.written_rows).toBe('2');
    expect(await rowsOf('SELECT a, b FROM t1 ORDER BY a')).toEqual([
      { a: 1, b: "it's \\ \n" },
      { a: 2, b: 'µ' },
    ]);
  });

  test('rows inside the statement, and formats the engine takes only from a file', async () => {
    const client = store.client();
    await client.command({ query: 'CREATE TABLE t2 (a UInt8, f Float64) ENGINE = MergeTree ORDER BY a' });
    await client.command({ query: 'INSERT INTO t2 VALUES (1, nan), (2, 1 + 1);' });
    await client.command({ query: 'INSERT INTO t2 FORMAT JSONEachRow\n{"a":3,"f":3}\n' });
    await client.command({ query: 'INSERT INTO t2 SETTINGS async_insert = 0 FORMAT CSV 4,4' });
    await client.exec({
      query: 'INSERT INTO t2 FORMAT JSONCompactEachRow',
      values: Readable.from([Buffer.from('[5, 5]\n[6,'), Buffer.from('6]\n')], { objectMode: false }),
    });
    const rowBinary = Buffer.alloc(9);
    rowBinary.writeUInt8(7);
    rowBinary.writeDoubleLE(7, 1);
    await client.exec({
      query: 'INSERT INTO t2 FORMAT RowBinary',
      values: Readable.from([rowBinary], { objectMode: false }),
    });
    expect(
      await rowsOf(
        'SELECT groupArray(a) AS a, sumIf(f, isFinite(f)) AS f FROM (SELECT * FROM t2 ORDER BY a)',
      ),
    ).toEqual([{ a: [1, 2, 3, 4, 5, 6, 7], f: 27 }]);
    expect(await readdir(join(store.directory, 'spool'))).toEqual([]);
  });

  test('a body larger than memory is willing to hold is still one insert', async () => {
    const client = store.client();
    await client.command({
      query: `CREATE TABLE t3 (n UInt64, s String) ENGINE = MergeTree ORDER BY n
        SETTINGS non_replicated_deduplication_window = 100`,
    });
    const rows = () =>
      Readable.from(
        (function* () {
          for (let n = 0; n < 60_000; n += 1) yield `{"n":${n},"s":"${'x'.repeat(80)}"}\n`;
        })(),
        { objectMode: false },
      );
    for (const _ of [1, 2])
      await client.exec({
        query: 'INSERT INTO t3 FORMAT JSONEachRow',
        values: rows(),
        clickhouse_settings: { async_insert: 0, insert_deduplicate: 1, insert_deduplication_token: 'once' },
      });
    expect(await rowsOf('SELECT count() AS rows, sum(n) AS sum FROM t3')).toEqual([
      { rows: 60_000, sum: 1_799_970_000 },
    ]);
  });

  test('parameters are values, whatever they hold', async () => {
    const query_params = { s: "'; DROP TABLE t1; \\ \n\t", n: 7, list: ['a', "b'"], at: new Date(0) };
    expect(
      await rowsOf(
        'SELECT {s:String} AS s, {n:UInt8} + 1 AS n, {list:Array(String)} AS list, toUnixTimestamp({at:DateTime}) AS at',
        {
          query_params,
        },
      ),
    ).toEqual([{ s: query_params.s, n: 8, list: query_params.list, at: 0 }]);
    await expect(rowsOf('SELECT {s:String}')).rejects.toMatchObject({ code: '456' });
  });

  test('settings, parameters and database of one request are gone in the next', async () => {
    const client = store.client();
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS other' });
    const [first] = await rowsOf("SELECT getSetting('max_block_size') AS size", {
      clickhouse_settings: { max_block_size: '123' },
    });
    expect(first).toEqual({ size: 123 });
    const elsewhere = store.client({ database: 'other' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        if (index % 2)
          return (
            await (
              await elsewhere.query({ query: 'SELECT currentDatabase() AS d', format: 'JSONEachRow' })
            ).json<{ d: string }>()
          )[0]?.d;
        return (
          await rowsOf<{ d: string; size: number }>(
            "SELECT currentDatabase() AS d, getSetting('max_block_size') AS size",
          )
        )[0];
      }),
    );
    expect(new Set(answers.map(answer => JSON.stringify(answer)))).toEqual(
      new Set(['"other"', '{"d":"default","size":65409}']),
    );
    await expect(rowsOf('SELECT 1', { clickhouse_settings: { no_such_setting: 1 } })).rejects.toMatchObject({
      code: '115',
    });
  });

  test('a large result comes in pieces, whole, through gzip and without', async () => {
    for (const response of [true, false]) {
      const result = await store.client().query({
        query: 'SELECT number, toString(number) AS text FROM numbers(300000)',
        format: 'JSONCompactEachRow',
        clickhouse_settings: { enable_http_compression: response ? 1 : 0 },
      });
      let count = 0;
      let sum = 0;
      for await (const rows of result.stream<[number, string]>())
        for (const row of rows) {
          count += 1;
          sum += Number(row.json()[1]);
        }
      expect([count, sum]).toEqual([300_000, 44_999_850_000]);
    }
  });

  test('an error after the first piece reaches the reader as an error', async () => {
    const result = await store.client().query({
      query:
        'SELECT throwIf(number = 250000) FROM numbers(300000) SETTINGS max_block_size = 1000, max_threads = 1',
      format: 'JSONEachRow',
    });
    await expect(
      (async () => {
        for await (const _ of result.stream()) continue;
      })(),
    ).rejects.toMatchObject({ code: '395' });
  });

  test('errors carry code and name, and the status a server gives', async () => {
    await expect(rowsOf('SELECT nope')).rejects.toMatchObject({ code: '47', type: 'UNKNOWN_IDENTIFIER' });
    await expect(rowsOf('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' });
    await expect(rowsOf('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '62' });
    const answer = await fetch(`${store.url}/?query=SELECT+*+FROM+no_such_table`, {
      headers: { 'X-ClickHouse-User': 'spillway' },
    });
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([404, '60']);
    expect(await answer.text()).toMatch(/^Code: 60\. DB::Exception: .* \(version /);
  });

  test('what a statement sets in its session does not meet the next', async () => {
    const client = store.client();
    for (const query of ['SET max_block_size = 77', 'USE system', 'CREATE TEMPORARY TABLE mine (a UInt8)'])
      await client.command({ query });
    for (let index = 0; index < 5; index += 1)
      expect(await rowsOf("SELECT getSetting('max_block_size') AS size, currentDatabase() AS d")).toEqual([
        { size: 65_409, d: 'default' },
      ]);
    await expect(rowsOf('SELECT * FROM mine')).rejects.toMatchObject({ code: '60' });
  });

  test('callers that go away in the middle leave the interface as it was', async () => {
    const reader = store.client({ user: 'grafana' });
    const queries = [
      'SELECT number, sleepEachRow(0.0001) FROM numbers(3000)',
      'SELECT * FROM numbers(1000000) FORMAT JSON',
    ];
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const answer = await fetch(store.url, {
          method: 'POST',
          body: queries[index % 2] ?? '',
          headers: { 'X-ClickHouse-User': 'grafana' },
        });
        await answer.body?.cancel();
      }),
    );
    expect(await (await reader.query({ query: 'SELECT 1', format: 'TabSeparated' })).text()).toBe('1\n');
  });

  test('statements run beside each other, and slow readers do not hold up a writer', async () => {
    const reader = store.client({ user: 'grafana' });
    const began = performance.now();
    const ended: string[] = [];
    const asked = Array.from({ length: 4 }, () =>
      reader.query({ query: 'SELECT sleep(1)' }).then(async result => {
        await result.text();
        ended.push('reader');
      }),
    );
    await rowsOf('SELECT 1');
    ended.push('writer');
    await Promise.all(asked);
    expect(ended[0]).toBe('writer');
    // One after the other they would take four seconds.
    expect(performance.now() - began).toBeLessThan(3900);
  });

  test('without format the answer is tab separated, and a format by header is honoured', async () => {
    const ask = async (headers: Record<string, string>, body: string) =>
      (
        await fetch(store.url, {
          method: 'POST',
          body,
          headers: { 'X-ClickHouse-User': 'grafana', ...headers },
        })
      ).text();
    expect(await ask({}, "SELECT 1, 'a'")).toBe('1\ta\n');
    expect(await ask({ 'X-ClickHouse-Format': 'JSONEachRow' }, 'SELECT 1 AS a')).toBe('{"a":1}\n');
    expect(await ask({}, 'SELECT 1 AS a FORMAT CSVWithNames')).toBe('"a"\n1\n');
  });

  test('the account of dashboards can read and nothing else', async () => {
    const reader = store.client({ user: 'grafana' });
    await store.client().command({ query: 'CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a' });
    const text = async (query: string) =>
      (
        await reader.query({ query, format: 'TabSeparated', clickhouse_settings: { max_execution_time: 60 } })
      ).text();
    expect(await text('SELECT count() FROM kept')).toBe('0\n');
    expect(await text("SELECT getSetting('readonly')")).toBe('1\n');
    for (const query of [
      'DROP TABLE kept',
      'INSERT INTO kept VALUES (1)',
      'CREATE DATABASE x',
      'SYSTEM SHUTDOWN',
      'OPTIMIZE TABLE kept',
    ])
      await expect(reader.command({ query })).rejects.toMatchObject({ code: '164' });
    for (const query of [
      "SELECT file('/etc/hostname')",
      "SELECT * FROM file('/etc/hostname', LineAsString)",
      "SELECT arrayMap(file, ['/etc/hostname'])",
      "DESCRIBE TABLE url('http://127.0.0.1:1', CSV)",
      'SELECT 1 SETTINGS max_threads = 1',
      "SELECT * FROM url('http://127.0.0.1:1')",
    ])
      await expect(text(query)).rejects.toMatchObject({ code: '164' });
    await expect(
      reader.query({ query: 'SELECT 1', clickhouse_settings: { readonly: '0' } }).then(r => r.text()),
    ).resolves.toBeTruthy();
  });

  test('GET cannot change anything, whoever asks', async () => {
    const answer = await fetch(`${store.url}/?query=${encodeURIComponent('CREATE DATABASE by_get')}`, {
      headers: { 'X-ClickHouse-User': 'spillway' },
    });
    expect(answer.status).toBe(403);
  });

  test('nobody gets in without a name, with a wrong password, or from a web page', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await fetch(store.url, { method: 'POST', body: 'SELECT 1', headers })).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ 'X-ClickHouse-User': 'spillway', 'X-ClickHouse-Key': 'guess' })).toBe(403);
    expect(await ask({ 'X-ClickHouse-User': 'spillway', Origin: 'http://evil.example' })).toBe(403);
    expect(await ask({ 'X-ClickHouse-User': 'spillway' })).toBe(200);
  });

  test('a query beyond the memory limit fails alone', async () => {
    await expect(
      rowsOf('SELECT groupArray(number) FROM numbers(50000000)', {
        clickhouse_settings: { max_memory_usage: '50000000' },
      }),
    ).rejects.toMatchObject({ code: '241' });
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a Grafana driver gets its first answer in the revision it decodes with', async () => {
    const answer = await fetch(`${store.url}/?client_protocol_version=54460&default_format=Native`, {
      method: 'POST',
      body: 'SELECT displayName(), version(), revision(), timezone()',
      headers: { 'X-ClickHouse-User': 'grafana' },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 10)).toEqual(Buffer.of(1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 4, 1));
    expect(store.version).toMatch(/^\d+\.\d+\./);
    expect(bytes.toString('latin1')).toContain(store.version);
  });
});

test('rows acknowledged before a SIGKILL are there after the restart, and none twice', async () => {
  await using store = await clickHouse();
  const client = store.client();
  await client.command({
    query: `CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n
      SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1`,
  });
  let acknowledged = 0;
  const insert = (n: number) =>
    client.insert({
      table: 't',
      values: [{ n: 2 * n }, { n: 2 * n + 1 }],
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0, insert_deduplicate: 1, insert_deduplication_token: `t:${n}` },
    });
  const writing = (async () => {
    for (;;) {
      await insert(acknowledged);
      acknowledged += 1;
    }
  })().catch(() => {});
  await until(() => acknowledged >= 20, { what: 'some inserts' });
  await store.kill();
  await writing;

  await store.restart();
  // The one in hand may or may not have landed: the same token makes it safe to send again.
  await insert(acknowledged);
  const result = await client.query({
    query: 'SELECT count() AS rows, uniqExact(n) AS distinct FROM t',
    format: 'JSONEachRow',
  });
  const rows = 2 * (acknowledged + 1);
  expect(await result.json()).toEqual([{ rows, distinct: rows }]);
});

test('a second engine on one directory is refused by name', async () => {
  await using store = await clickHouse();
  await expect(startClickHouse({ directory: store.directory, log })).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_BUSY',
  });
});

test('an engine whose parent was killed ends by itself and leaves the directory free', async () => {
  await using directory = await temporaryDirectory();
  const script = join(directory.path, 'parent.ts');
  await writeFile(
    script,
    `import { startClickHouse } from ${JSON.stringify(join(import.meta.dirname, '../../../../runtime/embedded/clickhouse/server.ts'))};
     const log = { child: () => log, info() {}, warn() {} };
     const store = await startClickHouse({ directory: ${JSON.stringify(join(directory.path, 'store'))}, log });
     process.send(store.pid);`,
  );
  const parent = fork(script, [], { execArgv: [] });
  const [pid] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  await until(
    async () => {
      try {
        // A process nobody has waited for yet is still listed, as a zombie.
        return /^State:\tZ/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return true;
      }
    },
    { what: 'the end of the engine' },
  );
  await using again = await startClickHouse({ directory: join(directory.path, 'store'), log });
  expect(again.pid).not.toBe(pid);
});

test('a store without passwords does not open its door to other hosts', async () => {
  await using directory = await temporaryDirectory();
  await expect(startClickHouse({ directory: directory.path, host: '0.0.0.0', log })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});

test('where the package is missing the message says what to do', async () => {
  await using directory = await temporaryDirectory();
  // Resolution hooks that know no chdb stand for a machine without it.
  const hook = join(directory.path, 'without-chdb.mjs');
  await writeFile(
    hook,
    `import { registerHooks } from 'node:module';
     registerHooks({ resolve(name, context, next) {
       if (name === 'chdb') throw new Error("Cannot find package 'chdb'");
       return next(name, context);
     } });`,
  );
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `--import=${hook}`;
  try {
    await expect(startClickHouse({ directory: directory.path, log })).rejects.toMatchObject({
      code: 'STORE_ENGINE_UNAVAILABLE',
      message: expect.stringContaining('npm package chdb'),
    });
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
});
