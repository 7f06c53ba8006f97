import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { health } from '../../../protocol/messages/health.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { readingsOf } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { alarm, PASSWORD, type RunningGateway, runGateway, TOKENS } from './harness.ts';
import { PageClient, type PageOptions } from './page-client.ts';

const HORN = 'beam/horn/current';
const AT = { seconds: 1_800_000_000, nanoseconds: 0 };
const asViewer = { authorization: `Bearer ${TOKENS.shifter}` };
const look = (gateway: RunningGateway, options: PageOptions = {}) =>
  new PageClient(gateway.url, { headers: asViewer, ...options });

const beat = (instance: string) => ({
  actor: 'recorder',
  instance,
  pid: 1,
  host: 'daq1',
  version: '1',
  startedAt: AT,
  at: { seconds: Math.floor(Date.now() / 1000), nanoseconds: 0 },
  state: 'running' as const,
  lanes: [],
  counters: {},
  latencies: {},
});

test('a page is greeted, gets everything as it is, and then hears what happens', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  using page = look(gateway);
  await page.hears('snapshot');
  expect(page.heard[0]).toMatchObject({ type: 'hello', experiment: 'test', version: expect.any(String) });
  expect(page.of('snapshot')[0]).toMatchObject({ position: { stream: 'ALARM@1', sequence: 1 } });
  expect(page.alarms.get(HORN)).toMatchObject({ transition: 1 });

  gateway.engine.raise(alarm(HORN, { transition: 2 }));
  gateway.say(machineMode, { mode: 'horn-off', from: '', at: AT, reason: 'current', by: '' });
  gateway.say(readings, {
    ...readingsOf(7),
    devices: [
      { ...readingsOf(7).devices[0]!, name: 'E:ONE', values: [1.5] },
      { ...readingsOf(7).devices[0]!, name: 'E:NAN', values: [0], nonFinite: [[0, 'NaN']] },
      { ...readingsOf(7).devices[0]!, name: 'E:MANY', values: [1, 2, 3] },
    ],
    problems: [{ device: 'E:NAN', code: 'DEVICE_NOT_FINITE', detail: '' }],
  });
  gateway.say(health, beat('daq1-1'));
  await page.hears('health');
  expect(page.of('alarm')).toMatchObject([{ position: { sequence: 2 }, change: { transition: 2 } }]);
  expect(page.of('mode')).toMatchObject([{ position: { sequence: 3 }, mode: { mode: 'horn-off' } }]);
  expect(page.of('spill')).toMatchObject([
    { trigger: 'A9', inOut: 'in', values: { 'E:ONE': 1.5 }, problems: 1 },
  ]);
  expect(Object.keys(page.of('spill')[0]?.values ?? {})).toEqual(['E:ONE']);
  expect(page.of('health')[0]?.beats).toMatchObject([{ instance: 'daq1-1' }]);

  // Whoever comes now sees the last spill at once, and the mode.
  using late = look(gateway);
  await late.hears('spill');
  expect(late.of('snapshot')[0]).toMatchObject({ mode: { mode: 'horn-off' }, position: { sequence: 3 } });
});

test('a page that comes back hears what it has missed, and what it has is not told again', async () => {
  await using gateway = await runGateway();
  for (const transition of [1, 2, 3]) gateway.engine.raise(alarm(HORN, { transition }));
  using page = look(gateway, { after: { stream: 'ALARM@1', sequence: 1 } });
  await page.hears('alarm', 2);
  gateway.engine.raise(alarm(HORN, { transition: 4 }));
  await page.hears('alarm', 3);
  expect(page.of('alarm').map(({ change }) => change.transition)).toEqual([2, 3, 4]);
  expect(page.of('snapshot')).toEqual([]);
});

test('a page that comes before the gateway knows what there is, waits, and misses nothing', async () => {
  await using gateway = await runGateway({}, { caughtUp: false });
  gateway.engine.raise(alarm(HORN));
  using first = look(gateway);
  using again = look(gateway, { after: { stream: 'ALARM@1', sequence: 1 } });
  // A page that hears nothing would take the connection for dead.
  await Promise.all([first.hears('tick'), again.hears('tick')]);
  gateway.engine.raise(alarm(HORN, { transition: 2 }));
  gateway.catchUp();
  await Promise.all([first.hears('snapshot'), again.hears('alarm')]);
  expect(again.of('snapshot')).toEqual([]);
  expect(again.alarms.get(HORN)).toMatchObject({ transition: 2 });
});

test.each([
  ['nobody', {}, 401],
  ['a program that may only tell', { authorization: `Bearer ${TOKENS.notifier}` }, 403],
  ['a guessed token', { authorization: 'Bearer guessed' }, 401],
  ['a page of another site', { ...asViewer, origin: 'https://evil.example' }, 403],
  ['a page without an origin of its own', { ...asViewer, origin: 'null' }, 403],
  ['a name that is not ours', { ...asViewer, host: 'evil.example' }, 421],
])('%s may not look', async (_, headers, status) => {
  await using gateway = await runGateway();
  using page = new PageClient(gateway.url, { headers });
  await until(() => page.refused !== undefined, { what: 'the refusal' });
  expect([page.refused, page.heard]).toEqual([status, []]);
});

test('our own page may look, and so may a stranger where strangers may', async () => {
  await using gateway = await runGateway({ anonymous: 'viewer' });
  using page = new PageClient(gateway.url, { headers: { origin: gateway.url } });
  await page.hears('snapshot');
  expect(page.refused).toBeUndefined();
});

test.each([
  ['no JSON', '{"type":', 1008],
  ['another type', '{"type":"subscribe"}', 1008],
  ['a position that is none', '{"type":"start","after":{"stream":"ALARM@1","sequence":-1}}', 1008],
  ['a member nobody knows', '{"type":"start","sql":"SELECT 1"}', 1008],
  ['a prototype', '{"type":"start","__proto__":{"after":1}}', 1008],
  ['bytes', Buffer.from([1, 2, 3]), 1003],
  ['a message without end', 'x'.repeat(5_000), 1009],
])('%s ends the connection and harms nobody else', async (_, says, code) => {
  await using gateway = await runGateway();
  using good = look(gateway);
  using bad = look(gateway, { says });
  await until(() => bad.closed !== undefined, { what: 'the end' });
  expect(bad.closed?.code).toBe(code);
  await good.hears('snapshot');
  gateway.engine.raise(alarm(HORN));
  await good.hears('alarm');
});

test('a second start is not understood', async () => {
  await using gateway = await runGateway();
  using page = look(gateway);
  await page.hears('snapshot');
  page.socket.send('{"type":"start"}');
  await until(() => page.closed !== undefined, { what: 'the end' });
  expect(page.closed?.code).toBe(1008);
});

test('a viewer whose session ends is sent away, and one that goes on is not', async () => {
  await using gateway = await runGateway();
  const signIn = async (name: string) => {
    const { headers, json } = await gateway.call('POST', '/api/v1/session', {
      as: 'nobody',
      body: { name, password: PASSWORD },
    });
    return {
      cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-spillway-csrf': String(json['csrf']),
    };
  };
  const [maria, enrico] = [await signIn('maria'), await signIn('enrico')];
  using leaving = new PageClient(gateway.url, { headers: { cookie: maria.cookie } });
  using staying = new PageClient(gateway.url, { headers: { cookie: enrico.cookie } });
  await Promise.all([leaving.hears('snapshot'), staying.hears('snapshot')]);
  await gateway.call('DELETE', '/api/v1/session', { as: 'nobody', headers: maria });
  await until(() => leaving.closed !== undefined, { what: 'the end of the session' });
  expect(leaving.closed?.code).toBe(4401);
  expect(staying.closed).toBeUndefined();
});

test('an open page alone keeps no session alive', async () => {
  await using gateway = await runGateway({ session: { idle: '1500ms' } });
  const { headers } = await gateway.call('POST', '/api/v1/session', {
    as: 'nobody',
    body: { name: 'maria', password: PASSWORD },
  });
  using page = new PageClient(gateway.url, {
    headers: { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' },
  });
  await page.hears('snapshot');
  await until(() => page.closed !== undefined, { what: 'the end of the session' });
  expect(page.closed?.code).toBe(4401);
});

test('more viewers than there is room for are refused, and room that is left is given again', async () => {
  await using gateway = await runGateway({ limits: { viewersPerAddress: 2, requestsPerSecond: 10_000 } });
  using one = look(gateway);
  using two = look(gateway);
  await Promise.all([one.hears('snapshot'), two.hears('snapshot')]);
  using three = look(gateway);
  await until(() => three.refused !== undefined, { what: 'the refusal' });
  expect(three.refused).toBe(429);
  one.socket.close();
  await until(
    async () => {
      using again = look(gateway);
      await until(() => again.heard.length > 0 || again.refused !== undefined, { what: 'an answer' });
      return again.heard.length > 0;
    },
    { what: 'room' },
  );
});

test('a gateway that stops says so to its viewers, and does not wait for those that do not listen', async () => {
  const gateway = await runGateway();
  using page = look(gateway);
  using deaf = look(gateway);
  await Promise.all([page.hears('snapshot'), deaf.hears('snapshot')]);
  deaf.socket.pause();
  await gateway[Symbol.asyncDispose]();
  await until(() => page.closed !== undefined, { what: 'the end' });
  expect(page.closed?.code).toBe(1001);
});

test('a viewer that does not read holds nobody up, and when it reads again it knows everything', async () => {
  await using gateway = await runGateway();
  using slow = look(gateway);
  using quick = look(gateway);
  await Promise.all([slow.hears('snapshot'), quick.hears('snapshot')]);
  slow.socket.pause();
  const guidance = 'x'.repeat(20_000);
  const changes = 1_000;
  for (let n = 1; n <= changes; n++) {
    gateway.engine.raise(alarm(HORN, { transition: n, guidance }));
    gateway.say(readings, readingsOf(n, { trigger: 'A9' }));
    if (n % 20 === 0) await until(() => quick.of('alarm').length === n, { what: `change ${n}` });
  }
  // 20 MB were told; a connection holds some, and the gateway no more than a little over its bound.
  slow.socket.resume();
  await until(() => slow.alarms.get(HORN)?.transition === changes, { what: 'the slow one' });
  expect(slow.of('snapshot').length).toBeGreaterThan(1);
  expect(slow.of('alarm').length).toBeLessThan(changes);
  await until(() => slow.of('spill').at(-1)?.sequence === changes, { what: 'the last spill' });
  const positions = slow.heard.flatMap(message => ('position' in message ? [message.position.sequence] : []));
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

test('a plain request is told that this is a WebSocket, and another upgrade is not one', async () => {
  await using gateway = await runGateway();
  expect((await gateway.call('GET', '/api/v1/live')).status).toBe(426);
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `GET /healthz HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
});
