import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { shortTime } from '../../bench/year-of-boards-data.ts';
import { type BoardReport, type CheckOptions, checkBoard } from '../../dashboards/check/check.ts';
import { readBoard } from '../../dashboards/read-board.ts';
import { boardFiles } from '../../runtime/commands/dashboard-files.ts';
import { openStore, type Store } from '../../runtime/store/connection.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { clickHouse, type TestStore } from '../helpers/store.ts';

const TO = Date.UTC(2026, 10, 1, 12);
const FROM = TO - 600_000;

let engine: TestStore;
let reader: Store;

beforeAll(async () => {
  engine = await clickHouse();
  const database = { url: engine.url, database: 'spillway' };
  await migrate({ ...database, user: 'spillway' }, pino({ level: 'silent' }));
  await using writer = openStore({ ...database, user: 'spillway' });
  for (const query of shortTime(FROM / 1_000, TO / 1_000))
    await writer.client.command({ query, clickhouse_settings: { async_insert: 0 } });
  reader = openStore({ ...database, user: 'grafana' });
}, 120_000);
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const check = (text: string, name: string, change: Partial<CheckOptions> = {}): Promise<BoardReport> =>
  checkBoard(reader, readBoard(text), name, {
    range: { fromMs: FROM, toMs: TO },
    mostRows: 50_000,
    slowMs: 60_000,
    allowEmpty: false,
    signal: new AbortController().signal,
    ...change,
  });

const files = await boardFiles([]);

/** Every panel of these has something to show in the data; in the others some are good when they are empty. */
const FULL: ReadonlySet<string> = new Set(['camera-and-sentinel.json', 'runs.json']);

test.each(files.map(file => [basename(file), file]))('%s draws what is in the store', async (name, file) => {
  const { findings, timings } = await check(await readFile(file, 'utf8'), name);
  expect(findings).toEqual([]);
  expect(timings.length).toBeGreaterThan(5);
  const empty = timings.filter(({ rows }) => rows === 0).map(({ place }) => place);
  expect(FULL.has(name) ? empty : []).toEqual([]);
});

test.each(['now-1h', 'a week', 'a year'])('every board can be drawn over %s too', async range => {
  const ms = { 'now-1h': 3_600_000, 'a week': 7 * 86_400_000, 'a year': 365 * 86_400_000 }[range] ?? 0;
  for (const file of files) {
    const { findings } = await check(await readFile(file, 'utf8'), basename(file), {
      range: { fromMs: TO - ms, toMs: TO },
    });
    expect(findings).toEqual([]);
  }
});

const source = { type: 'grafana-clickhouse-datasource', uid: '${datasource}' };

/** A board of one panel, right in everything that is not changed. */
const board = (rawSql: string, change: { panel?: object; board?: object } = {}) =>
  JSON.stringify({
    uid: 'test',
    title: 'Test',
    timezone: 'utc',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: source.type, current: {} }] },
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Panel',
        description: 'A panel.',
        datasource: source,
        gridPos: { x: 0, y: 0, w: 12, h: 8 },
        fieldConfig: { defaults: { unit: 'none' }, overrides: [] },
        options: {},
        targets: [{ refId: 'A', datasource: source, format: 0, rawSql }],
        ...change.panel,
      },
    ],
    ...change.board,
  });

const GOOD =
  "SELECT ts AS time, value FROM readings WHERE device = 'E:TRTGTD' AND $__timeFilter(ts) ORDER BY ts";

const rulesOf = async (text: string, change: Partial<CheckOptions> = {}) =>
  (await check(text, 'bad.json', change)).findings.map(({ rule }) => rule);

test('a board that is right has no findings, and its query is timed', async () => {
  const { findings, timings } = await check(board(GOOD), 'good.json');
  expect(findings).toEqual([]);
  expect(timings).toEqual([
    {
      board: 'good.json',
      place: 'panel "Panel" (1)',
      target: 'A',
      ms: expect.any(Number),
      rows: 300,
      readRows: expect.any(Number),
    },
  ]);
});

describe('a bad query is named by board, panel and target', () => {
  it.each([
    ['a broken query', 'SELECT tims AS time, value FROM readings', 'query', 'tims'],
    ['no query at all', ' ', 'empty-target', 'has no query'],
    [
      'an unknown macro',
      'SELECT ts AS time, value FROM readings WHERE $__timeFiltre(ts)',
      'expand',
      '$__timeFiltre',
    ],
    [
      'a missing variable',
      'SELECT ts AS time, value FROM readings WHERE device = $nobody',
      'expand',
      'nobody',
    ],
    ['no rows', "SELECT ts AS time, value FROM readings WHERE device = 'none'", 'no-rows', 'no rows'],
    [
      'NaN',
      'SELECT toDateTime(number) AS time, if(number = 1, nan, 1) AS value FROM numbers(3)',
      'not-finite',
      'value is NaN or infinite in 1 of 3 rows',
    ],
    [
      'rows out of order',
      'SELECT toDateTime(10 - number) AS time, 1 AS value FROM numbers(3)',
      'order',
      'time goes back in row 2',
    ],
    [
      'no time',
      'SELECT 1 AS value, now() AS time',
      'columns',
      'its first column must be the time, and is value (UInt8)',
    ],
    ['no number', "SELECT now() AS time, 'x' AS text", 'columns', 'needs a column of numbers'],
    [
      'a column of another type',
      'SELECT now() AS time, 1 AS value, [1, 2] AS list',
      'columns',
      'list (Array(UInt8))',
    ],
    [
      'a column twice',
      'SELECT now() AS time, value, value FROM (SELECT 1 AS value)',
      'columns',
      'two columns called value',
    ],
    ['a write', 'INSERT INTO readings (device) VALUES (1)', 'query', 'read-only'],
    ['a look at a file', "SELECT now() AS time, length(file('/etc/passwd')) AS value", 'query', 'file'],
  ])('%s', async (_, sql, rule, message) => {
    const { findings } = await check(board(sql), 'bad.json');
    expect(findings).toContainEqual({
      board: 'bad.json',
      place: 'panel "Panel" (1)',
      target: 'A',
      rule,
      message: expect.stringContaining(message),
    });
  });

  it('a million rows are cut, and found', async () => {
    const { findings, timings } = await check(
      board('SELECT toDateTime(number) AS time, number AS value FROM numbers(1000000)'),
      'bad.json',
    );
    expect(findings.map(({ rule }) => rule)).toEqual(['too-many-rows']);
    expect(timings[0]?.rows).toBe(50_000);
  });

  it('a slow query', async () => {
    expect(await rulesOf(board(GOOD), { slowMs: 0.001 })).toEqual(['slow']);
  });
});

test('no rows are fine where the panel says what none means, and where the store may be empty', async () => {
  const nothing = "SELECT ts AS time, value FROM readings WHERE device = 'none'";
  expect(await rulesOf(board(nothing), { allowEmpty: true })).toEqual([]);
  const fieldConfig = { defaults: { unit: 'none', noValue: 'no such device' }, overrides: [] };
  expect(await rulesOf(board(nothing, { panel: { fieldConfig } }))).toEqual([]);
});

test.each([
  ['uid', { board: { uid: null } }],
  ['utc', { board: { timezone: 'browser' } }],
  ['title', { panel: { title: ' ' } }],
  ['description', { panel: { description: '' } }],
  ['unit', { panel: { fieldConfig: { defaults: {}, overrides: [] } } }],
  ['panel-type', { panel: { type: 'hologram' } }],
  ['no-target', { panel: { targets: [] } }],
  ['data-source', { panel: { datasource: { uid: 'abc' } } }],
  ['unique-ids', { panel: { id: null } }],
] as const)('a board without what the rule %s asks for is found', async (rule, change) => {
  expect(await rulesOf(board(GOOD, change))).toContain(rule);
});

test('panels that lie on each other, or share an id, are found', async () => {
  const { panels } = JSON.parse(board(GOOD)) as { panels: object[] };
  const twice = board(GOOD, { board: { panels: [...panels, ...panels] } });
  expect((await rulesOf(twice)).toSorted()).toEqual(['overlap', 'unique-ids']);
});

describe('variables', () => {
  const withVariable = (sql: string, variable: object) =>
    board(sql, {
      board: {
        templating: {
          list: [
            { name: 'datasource', type: 'datasource', query: source.type, current: {} },
            { name: 'device', datasource: source, ...variable },
          ],
        },
      },
    });
  const ask =
    'SELECT ts AS time, value FROM readings WHERE device IN (${device:singlequote}) AND $__timeFilter(ts) ORDER BY ts';
  const devices = 'SELECT DISTINCT device FROM readings ORDER BY device';

  it('take the value that is chosen, the first one else, and all where all is chosen', async () => {
    const query = { rawSql: devices };
    const rows = async (variable: object) =>
      (await check(withVariable(ask, { type: 'query', query, ...variable }), 'v')).timings.at(-1)?.rows;
    expect(await rows({ current: { value: 'E:TRTGTD' } })).toBe(300);
    expect(await rows({ current: {} })).toBe(300);
    expect(await rows({ multi: true, current: { value: ['E:TRTGTD', 'I:BEAM'] } })).toBe(600);
    expect(await rows({ multi: true, includeAll: true, current: { value: ['$__all'] } })).toBe(
      // Of the beam, and of slow control.
      35 * 300 + 21 * 10,
    );
  });

  it('without any value are found', async () => {
    const query = "SELECT device FROM readings WHERE device = 'none'";
    expect(await rulesOf(withVariable(GOOD, { type: 'query', query }))).toContain('variable');
  });

  it('that a reader can set must be quoted', async () => {
    const bare = ask.replace('${device:singlequote}', '$device');
    expect(await rulesOf(withVariable(bare, { type: 'textbox', query: 'E:TRTGTD' }))).toContain(
      'bare-variable',
    );
  });

  it('cannot carry SQL into a query', async () => {
    const injected = "\\') UNION ALL SELECT now(), 1 --";
    const { findings } = await check(withVariable(ask, { type: 'textbox', query: injected }), 'v');
    expect(findings).toEqual([
      expect.objectContaining({ rule: 'expand', message: expect.stringContaining('variable device') }),
    ]);
  });
});

test('annotations need a time and a text', async () => {
  const annotation = (rawSql: string) =>
    board(GOOD, {
      board: {
        annotations: {
          list: [{ name: 'Runs', enable: true, datasource: source, target: { refId: 'A', rawSql } }],
        },
      },
    });
  expect(await rulesOf(annotation("SELECT now() AS time, now() AS timeEnd, 'x' AS text"))).toEqual([]);
  expect(await rulesOf(annotation('SELECT 1 AS time, 2 AS timeEnd'))).toEqual([
    'columns',
    'columns',
    'columns',
  ]);
});

test('panels within closed rows are looked at too', async () => {
  const { panels } = JSON.parse(board('SELECT nothing')) as { panels: object[] };
  const closed = board(GOOD, {
    board: { panels: [{ type: 'row', title: 'More', collapsed: true, panels }] },
  });
  expect(await rulesOf(closed)).toEqual(['query']);
});

test.each([
  ['{', 'JSON'],
  ['[]', 'not a classic dashboard'],
  ['{"apiVersion":"dashboard.grafana.app/v2","spec":{"elements":{},"layout":{}}}', 'schema V2'],
])('%s is not taken for a board', (text, reason) => {
  expect(() => readBoard(text)).toThrow(reason);
});
