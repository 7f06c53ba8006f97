import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gateway as definition } from '../../../actors/gateway/actor.ts';
import { GatewayConfig } from '../../../actors/gateway/config.ts';
import { boards as own } from '../../../dashboards/boards/boards.ts';
import type { Frame } from '../../../protocol/panel-query.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { silent } from '../../helpers/streams.ts';
import { tcpProxy } from '../../helpers/tcp-proxy.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { type RunningGateway, runGateway } from './harness.ts';

const clickhouse = { type: 'grafana-clickhouse-datasource', uid: 'x' };
const target = (refId: string, rawSql: string, more = {}) => ({
  refId,
  rawSql,
  datasource: clickhouse,
  ...more,
});

/** A board that somebody has written for their own use. */
const board = {
  uid: 'mine',
  title: 'Mine',
  tags: ['own'],
  templating: {
    list: [
      {
        name: 'device',
        type: 'query',
        query: 'SELECT name FROM devices ORDER BY name',
        multi: true,
        includeAll: true,
      },
      { name: 'unit', type: 'custom', query: 'mm, kA', current: { value: 'kA' } },
      { name: 'note', type: 'textbox', query: 'none' },
    ],
  },
  annotations: {
    list: [
      {
        name: 'Runs',
        iconColor: 'purple',
        target: target('Anno', "SELECT toDateTime64(1700000000.5, 3, 'UTC') AS time, 'run 1' AS text"),
      },
      { name: 'Broken', target: target('Anno', 'SELECT 1 FROM nowhere') },
    ],
  },
  panels: [
    {
      id: 1,
      type: 'table',
      title: 'Types',
      targets: [
        target(
          'A',
          `SELECT toDateTime64('2026-11-21 10:00:00.123456', 6, 'Europe/Rome') AS t, toDateTime('2026-11-21 10:00:00', 'UTC') AS s,
             nan AS n, inf AS i, toUInt64(18446744073709551615) AS big, toUInt64(7) AS small, toFloat32(0.1) AS f, NULL AS none,
             [1., nan] AS list, map('a', 1, 'b', 2) AS m, true AS yes, 'x\\ty' AS text, toDate('2026-11-21') AS day,
             CAST('b', 'Enum8(\\'a\\' = 1, \\'b\\' = 2)') AS e, toDecimal64(1.25, 2) AS d, tuple(1, 'z') AS pair,
             toLowCardinality('low') AS low, toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS id, toIPv4('10.0.0.1') AS ip`,
        ),
      ],
    },
    {
      id: 2,
      type: 'table',
      title: 'Half broken',
      targets: [target('A', 'SELECT no_such_column FROM devices'), target('B', 'SELECT 1 AS one;')],
    },
    { id: 3, type: 'table', title: 'Many', targets: [target('A', 'SELECT number FROM numbers(1000000)')] },
    {
      id: 4,
      type: 'table',
      title: 'Chosen',
      targets: [
        target(
          'A',
          'SELECT name, $unit AS unit FROM devices WHERE name IN (${device:sqlstring})'.replace(
            '$unit',
            "'$unit'",
          ),
        ),
      ],
    },
    {
      id: 5,
      type: 'table',
      title: 'Noted',
      targets: [target('A', "SELECT '$note' AS note, count() AS n FROM devices")],
    },
    {
      id: 6,
      type: 'table',
      title: 'Slow',
      targets: [target('A', 'SELECT sum(cityHash64(number)) FROM numbers(1000000000000)')],
    },
    {
      id: 7,
      type: 'table',
      title: 'Writes',
      targets: [target('A', "INSERT INTO devices VALUES ('X')"), target('B', 'DROP TABLE devices')],
    },
    {
      id: 8,
      type: 'stat',
      title: 'Foreign',
      targets: [{ refId: 'A', rawSql: 'up', datasource: { type: 'prometheus' } }],
    },
    {
      id: 9,
      type: 'table',
      title: 'Counted',
      targets: [target('A', 'SELECT generateUUIDv4() AS id, $__timeFilter(t) FROM (SELECT now() AS t)')],
    },
  ],
};

let store: TestStore;
let gateway: RunningGateway;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  store = await clickHouse();
  directory = await temporaryDirectory();
  const client = store.client();
  await client.command({ query: 'CREATE TABLE devices (name String) ENGINE = MergeTree ORDER BY name' });
  await client.insert({
    table: 'devices',
    values: [{ name: 'E:HP121' }, { name: "E:O'HARA" }, { name: 'E:BACK\\' }],
    format: 'JSONEachRow',
  });
  await mkdir(join(directory.path, 'boards'));
  await writeFile(join(directory.path, 'boards', 'mine.json'), JSON.stringify(board));
  gateway = await onStore(store.url, { queries: { time: '2s' } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

const onStore = (url: string, section: Record<string, unknown> = {}) =>
  runGateway(
    { boards: join(directory.path, 'boards'), ...section },
    { store: { url, user: 'spillway', database: 'default' } },
  );

const NOW = Date.UTC(2026, 10, 21, 12);
const range = { fromMs: NOW - 3_600_000, toMs: NOW, variables: {} };

async function ask(id: number, variables: Record<string, unknown> = {}, from = gateway): Promise<Frame[]> {
  const { status, json } = await from.call('POST', `/api/v1/boards/mine/panels/${id}/query`, {
    as: 'shifter',
    body: { ...range, variables },
  });
  expect({ status, json }).toMatchObject({ status: 200 });
  return json['frames'] as Frame[];
}

const rowOf = ({ columns, values }: Frame) =>
  Object.fromEntries(columns.map(({ name, type }, index) => [name, [type, values[index]?.[0]]]));

test('every type comes as what it is: times in ms, what JSON cannot carry as text', async () => {
  const [frame] = await ask(1);
  expect(frame?.error).toBeUndefined();
  expect(frame && rowOf(frame)).toEqual({
    t: ['time', Date.UTC(2026, 10, 21, 9, 0, 0) + 123.456],
    s: ['time', Date.UTC(2026, 10, 21, 10)],
    n: ['number', 'NaN'],
    i: ['number', 'Infinity'],
    big: ['number', '18446744073709551615'],
    small: ['number', 7],
    f: ['number', 0.1],
    none: ['string', null],
    list: ['array', [1, 'NaN']],
    m: ['map', { a: 1, b: 2 }],
    yes: ['boolean', true],
    text: ['string', 'x\ty'],
    day: ['time', Date.UTC(2026, 10, 21)],
    e: ['string', 'b'],
    d: ['number', 1.25],
    pair: ['array', [1, 'z']],
    low: ['string', 'low'],
    id: ['string', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
    ip: ['string', '10.0.0.1'],
  });
});

test('a query that is broken says so by its place, and the others of its panel answer', async () => {
  const [a, b] = await ask(2);
  expect(a?.error).toMatch(/^board mine, panel Half broken, A: .*no_such_column/);
  expect(a?.error).not.toMatch(/127\.0\.0\.1|version/);
  expect(b).toMatchObject({ refId: 'B', values: [[1]], truncated: false });
});

test('of a million rows a page gets 50,000 and hears that there were more', async () => {
  const [frame] = await ask(3);
  expect(frame?.values[0]).toHaveLength(50_000);
  expect(frame?.truncated).toBe(true);
});

test('all devices, one, or several with quotes in their names: each stays a value', async () => {
  const names = async (device: unknown) => (await ask(4, { device }))[0]?.values[0];
  expect(await names(['E:HP121', "E:O'HARA"])).toEqual(['E:HP121', "E:O'HARA"]);
  expect(await names(['E:HP121'])).toEqual(['E:HP121']);
  expect((await ask(4, { device: ["x') OR 1 = 1 --"] }))[0]?.values[0]).toEqual([]);
});

test.each([
  ['a backslash that would end its literal', 4, { device: ['\\', ') OR 1 = 1 --'] }, /backslash/],
  ['a quote in a text that is not quoted', 5, { note: "', (SELECT 1), '" }, /is refused/],
  [
    'a value that the board does not list',
    4,
    { device: ['E:HP121'], unit: "kA', 1 AS x, '" },
    /there is no choice/,
  ],
  ['a device of the store whose name would leave its literal', 4, { device: '$__all' }, /backslash/],
])('%s is refused, and not run', async (_, panel, variables, message) => {
  const [frame] = await ask(panel, variables);
  expect(frame?.error).toMatch(message);
  expect(frame?.values).toEqual([]);
});

test('what would write is refused by the store: queries have the rights of a reader', async () => {
  const frames = await ask(7);
  for (const { error } of frames) expect(error).toMatch(/read-only|readonly/i);
  const [noted] = await ask(5);
  expect(noted?.values[1]).toEqual([3]);
});

test('a query that takes too long is ended', async () => {
  const [frame] = await ask(6);
  expect(frame?.error).toMatch(/took longer than 2 s/);
});

test('what asks another data source has no answer here', async () => {
  expect((await ask(8))[0]?.error).toContain('prometheus');
});

test('lists to choose from come from the store and from the board', async () => {
  const { json } = await gateway.call('POST', '/api/v1/boards/mine/variables', { body: range });
  expect(json).toEqual({ device: ['E:BACK\\', 'E:HP121', "E:O'HARA"], unit: ['mm', 'kA'] });
});

test('annotations are regions, and one that is broken does not take the others with it', async () => {
  const { json } = await gateway.call('POST', '/api/v1/boards/mine/annotations', { body: range });
  expect(json['regions']).toEqual([
    { name: 'Runs', color: 'purple', fromMs: 1_700_000_000_500, toMs: 1_700_000_000_500, text: 'run 1' },
  ]);
  expect(json['errors']).toEqual([expect.stringContaining('board mine, annotation Broken: ')]);
});

test('people who ask the same at the same time cost the store one query', async () => {
  const frames = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      gateway.call('POST', '/api/v1/boards/mine/panels/9/query', {
        // Screens and clocks differ a little.
        body: {
          ...range,
          fromMs: range.fromMs + index * 10,
          toMs: NOW - 100 + index,
          maxDataPoints: 410 + index,
        },
      }),
    ),
  );
  const ids = frames.map(({ json }) => (json['frames'] as Frame[])[0]?.values[0]?.[0]);
  expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
  expect(new Set(ids).size).toBe(1);
});

test.each([
  ['a board there is not', '/boards/nowhere/panels/1/query', range, 404],
  ['a panel there is not', '/boards/mine/panels/99/query', range, 404],
  ['a panel that is no number', '/boards/mine/panels/x/query', range, 400],
  ['SQL from outside', '/boards/mine/panels/1/query', { ...range, rawSql: 'SELECT 1' }, 400],
  ['a range that ends before it begins', '/boards/mine/panels/1/query', { ...range, toMs: 0 }, 400],
  ['a range without end', '/boards/mine/panels/1/query', { ...range, toMs: 1e300 }, 400],
  ['no range', '/boards/mine/panels/1/query', {}, 400],
  [
    'more choices than there can be',
    '/boards/mine/panels/1/query',
    { ...range, variables: { device: Array(201).fill('x') } },
    400,
  ],
])('%s is refused', async (_, path, body, status) => {
  const answer = await gateway.call('POST', `/api/v1${path}`, { body });
  expect({ status: answer.status, code: answer.json['code'] }).toEqual({ status, code: 'REQUEST_INVALID' });
});

test('a directory of boards that is not there is found by a check', async () => {
  const check = (boards: string) => definition.check?.(GatewayConfig.parse({ boards }));
  await check(directory.path);
  await expect(check(join(directory.path, 'nowhere'))).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
});

test('boards are for those who may see', async () => {
  for (const path of ['/api/v1/boards', '/api/v1/boards/mine']) {
    expect((await gateway.call('GET', path, { as: 'nobody' })).status).toBe(401);
    expect((await gateway.call('GET', path, { as: 'notifier' })).status).toBe(403);
  }
  const refused = await gateway.call('POST', '/api/v1/boards/mine/panels/1/query', {
    as: 'nobody',
    body: range,
  });
  expect(refused.status).toBe(401);
});

test("the boards of Spillway are served as they are, and somebody's own beside them", async () => {
  const { json } = await gateway.call('GET', '/api/v1/boards');
  const listed = json['boards'] as { uid: string; title: string }[];
  for (const one of Object.values(own)) {
    expect(listed).toContainEqual({
      uid: one.uid,
      title: one.title,
      description: one.description,
      tags: one.tags,
    });
    expect((await gateway.call('GET', `/api/v1/boards/${one.uid}`)).json).toEqual(
      JSON.parse(JSON.stringify(one)),
    );
  }
  expect(listed).toContainEqual({ uid: 'mine', title: 'Mine', description: '', tags: ['own'] });
  const compressed = await gateway.call('GET', '/api/v1/boards/mine', {
    headers: { 'accept-encoding': 'br' },
  });
  expect(compressed.headers.get('content-encoding')).toBe('br');
});

test('a page that asks all the time does not fill the record of what was done', async () => {
  const before = gateway.log.length;
  await ask(1);
  expect(gateway.log.slice(before).filter(line => line['audit'] === true)).toEqual([]);
});

test('a board that changes is read again; while it makes no sense, the last good one stays', async () => {
  await using other = await temporaryDirectory();
  const file = join(other.path, 'new.json');
  await using running = await onStore(store.url, { boards: other.path });
  const title = async () => (await running.call('GET', '/api/v1/boards/new')).json['title'];
  expect((await running.call('GET', '/api/v1/boards/new')).status).toBe(404);
  await writeFile(file, JSON.stringify({ title: 'first', panels: [] }));
  await until(async () => (await title()) === 'first', { what: 'the board' });
  await writeFile(file, '{ "title": "half');
  const warned = () => running.log.some(({ msg }) => String(msg).startsWith('not a board'));
  await until(async () => (await title()) === 'first' && warned(), { what: 'the warning' });
  expect(await title()).toBe('first');
  await writeFile(file, JSON.stringify({ title: 'second', panels: [] }));
  await until(async () => (await title()) === 'second', { what: 'the change' });
  await rm(file);
  await until(async () => (await title()) === undefined, { what: 'the end of the board' });
});

test('with the store away a board says so, and shows data when it is back', async () => {
  await using proxy = await tcpProxy(Number(new URL(store.url).port));
  await using running = await onStore(`http://127.0.0.1:${proxy.port}`);
  await proxy.cut();
  await until(async () => /the store cannot be reached/.test((await ask(2, {}, running))[1]?.error ?? ''), {
    what: 'the error',
  });
  const lists = await running.call('POST', '/api/v1/boards/mine/variables', { body: range });
  expect({ status: lists.status, code: lists.json['code'] }).toEqual({ status: 503, code: 'STORE_AWAY' });
  await proxy.mend();
  await until(async () => (await ask(2, {}, running))[1]?.error === undefined, { what: 'the data' });
});

test('what nobody waits for any more is given up, and its place is free for others', async () => {
  await using running = await onStore(store.url, { queries: { time: '8s', concurrent: 1 } });
  const leave = new AbortController();
  const slow = fetch(`${running.url}/api/v1/boards/mine/panels/6/query`, {
    method: 'POST',
    headers: { authorization: 'Bearer spw_shifter', 'content-type': 'application/json' },
    body: JSON.stringify(range),
    signal: leave.signal,
  });
  const client = store.client();
  const underWay =
    "SELECT count() > 0 AS yes FROM system.processes WHERE query LIKE '%cityHash64%' AND query NOT LIKE '%processes%'";
  await until(
    async () => {
      const answer = await client.query({ query: underWay, format: 'JSONEachRow' });
      return (await answer.json<{ yes: number }>())[0]?.yes === 1;
    },
    { what: 'the slow query' },
  );
  const asked = performance.now();
  const next = ask(2, {}, running);
  leave.abort();
  await expect(slow).rejects.toThrow('aborted');
  expect((await next)[1]?.values).toEqual([[1]]);
  expect(performance.now() - asked).toBeLessThan(6_000);
});

test('every panel and annotation of the boards of Spillway has an answer, if only an empty one', async () => {
  const options = { url: store.url, user: 'spillway', database: 'spillway' };
  await migrate(options, silent);
  await using running = await runGateway({}, { store: options });
  const errors: unknown[] = [];
  for (const { uid, panels } of Object.values(own)) {
    const post = (path: string) => running.call('POST', `/api/v1/boards/${uid}/${path}`, { body: range });
    errors.push(...((await post('annotations')).json['errors'] as string[]));
    for (const { id } of panels) {
      const { json } = await post(`panels/${id}/query`);
      const frames = (json['frames'] ?? [{ error: json }]) as Frame[];
      errors.push(...frames.flatMap(({ error }) => error ?? []));
    }
  }
  expect(errors).toEqual([]);
});
