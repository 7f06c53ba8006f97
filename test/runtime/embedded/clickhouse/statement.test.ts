import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkReadOnly, checkReadOnlySettings } from '../../../../runtime/embedded/clickhouse/read-only.ts';
import { plainInsert, readStatement } from '../../../../runtime/embedded/clickhouse/statement.ts';

const OUTSIDE = new Set(['url', 's3', 'remote', 'executable', 'mysql']);
const judge = (sql: string) => checkReadOnly(readStatement(sql), OUTSIDE);

test.each([
  ['SELECT 1', 'SELECT', undefined],
  ['  (select 1) union all (select 2) format JSON', 'SELECT', 'JSON'],
  ['WITH 1 AS x SELECT x FORMAT CSV SETTINGS max_threads = 1;', 'WITH', 'CSV'],
  ["SELECT format FROM t WHERE a = 'x FORMAT JSON'", 'SELECT', undefined],
  ['/* a /* nested */ comment */ SELECT 1 -- FORMAT JSON', 'SELECT', undefined],
  ['CREATE TABLE t (format String) ENGINE = Memory', 'CREATE', undefined],
])('the kind and the format of %s are seen', (sql, verb, format) => {
  expect(readStatement(sql)).toMatchObject({ verb, format, rowsFrom: undefined });
});

test.each([
  ['INSERT INTO t FORMAT JSONEachRow\n{"a":"; DROP"}', 'JSONEachRow', '\n{"a":"; DROP"}'],
  ["INSERT INTO t (a) VALUES (1), ('unclosed", 'Values', " (1), ('unclosed"],
  ['INSERT INTO db.values SETTINGS async_insert = 0 FORMAT CSV 1', 'CSV', ' 1'],
])('rows after %s are not read as SQL', (sql, format, rows) => {
  const statement = readStatement(sql);
  expect(statement.format).toBe(format);
  expect(sql.slice(statement.rowsFrom)).toBe(rows);
});

test('only the plain form of an insert goes to the engine without a file', () => {
  const plain = (sql: string) => plainInsert(readStatement(sql));
  expect(plain('INSERT INTO db.t (a, b) FORMAT JSONEachRow')).toEqual({
    table: 'db.t',
    columns: ['a', 'b'],
    format: 'JSONEachRow',
  });
  expect(plain('INSERT INTO t FORMAT Native')).toBeUndefined();
  expect(plain('INSERT INTO t SETTINGS a = 1 FORMAT CSV')).toBeUndefined();
  expect(plain("INSERT INTO FUNCTION file('x') FORMAT CSV")).toBeUndefined();
});

test.each([
  'SELECT 1; DROP TABLE t',
  'SELECT 1;;SELECT 2',
  '',
  ' -- nothing',
  "SELECT 1 INTO /* x */ OUTFILE '/tmp/x'",
  "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
  'SELECT 1\0',
])('%j is refused from anybody', sql => {
  expect(() => readStatement(sql)).toThrow(/^Code: /);
});

test.each([
  'DROP TABLE t',
  'KILL QUERY WHERE 1',
  'CHECK TABLE t',
  'SET readonly = 0',
  'INSERT INTO t VALUES (1)',
  "SELECT file('/etc/passwd')",
  "SELECT arrayMap(FILE, ['/etc/passwd'])",
  "SELECT * APPLY `file` FROM (SELECT '/etc/passwd')",
  "SELECT `fi\\x6ce`('/etc/passwd')",
  "SELECT {f:Identifier}('/etc/passwd')",
  "SELECT 'closed \\' still' , file('/etc/passwd')",
  "SELECT $$ ' $$, file('/etc/passwd') , ' '",
  "SELECT 1 # '\n, file('/etc/passwd') -- '",
  "SELECT “'”, file('/etc/passwd'), “'”",
  "SELECT * FROM eval('SELECT 1')",
  "DESCRIBE url /* x */ ('http://127.0.0.1/')",
  'SELECT * FROM view(SELECT * FROM "s3" (\'x\'))',
  "SELECT '",
  'SELECT /* ',
])('a reader may not send %s', sql => {
  expect(() => judge(sql)).toThrow(/READONLY/);
});

test.each([
  "SELECT toStartOfInterval(ts, INTERVAL 60 second) AS time, avg(value) FROM spillway.readings WHERE device = 'E:TR101D' GROUP BY time",
  'SELECT \'url(\' AS "file name", url FROM t',
  'SHOW TABLES',
  'DESC spillway.readings',
  'EXPLAIN SELECT 1',
  'WITH a AS (SELECT 1) SELECT * FROM a',
])('a reader may send %s', sql => {
  expect(() => judge(sql)).not.toThrow();
});

test('a reader may choose limits and presentation, not what writes files or lifts them', () => {
  expect(() =>
    checkReadOnlySettings(['max_execution_time', 'limit', 'output_format_json_quote_64bit_integers']),
  ).not.toThrow();
  for (const name of ['output_format_schema', 'format_schema', 'allow_ddl', 'max_execution_timeX'])
    expect(() => checkReadOnlySettings([name])).toThrow(/READONLY/);
});

test('whatever stands in a string literal cannot change what a statement is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      fc.pre(!a.includes('\0') && !b.includes('\0'));
      const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
      const statement = readStatement(`SELECT ${quoted(a)}, ${quoted(b)} FORMAT JSON;`);
      expect(statement.tokens.map(token => token.kind)).toEqual([
        'word',
        'string',
        'symbol',
        'string',
        'word',
        'word',
      ]);
      expect(statement.format).toBe('JSON');
    }),
  );
});
