import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarm, PASSWORD, type RunningGateway, runGateway } from './harness.ts';

const HORN = 'beam/horn/current';
const ACKNOWLEDGE = `/api/v1/alarms/${HORN}/acknowledge`;

/** Signs in as a browser does; what it has to send from then on. */
async function signIn(gateway: RunningGateway, name: string) {
  const { status, headers, json } = await gateway.call('POST', '/api/v1/session', {
    as: 'nobody',
    body: { name, password: PASSWORD },
  });
  expect(status).toBe(200);
  const setCookie = headers.get('set-cookie') ?? '';
  const cookie = setCookie.split(';')[0] ?? '';
  return { setCookie, headers: { cookie, 'x-spillway-csrf': String(json['csrf']) } };
}

test('a session acts in the name of whoever signed in, and its cookie is out of reach of pages and other sites', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const { setCookie, headers } = await signIn(gateway, 'maria');
  expect(setCookie).toMatch(/^spillway=[\w-]{43}; .*HttpOnly/);
  expect(setCookie).toContain('SameSite=Strict');
  const done = await gateway.call('POST', ACKNOWLEDGE, { as: 'nobody', body: {}, headers });
  expect(done.status).toBe(200);
  expect(gateway.engine.given).toEqual([expect.objectContaining({ by: 'maria', origin: 'gateway' })]);
  expect((await gateway.call('DELETE', '/api/v1/session', { as: 'nobody', headers })).status).toBe(204);
  expect(await gateway.call('GET', '/api/v1/session', { as: 'nobody', headers })).toMatchObject({
    status: 401,
    json: { code: 'NOT_SIGNED_IN' },
  });
});

test('behind TLS the cookie is Secure and of this host alone', async () => {
  await using gateway = await runGateway({ publicUrl: 'https://alarms.example' });
  const { setCookie } = await signIn(gateway, 'maria');
  expect(setCookie).toMatch(/^__Host-spillway=/);
  expect(setCookie).toContain('Secure');
});

test.each([
  ['no proof', { 'x-spillway-csrf': '' }],
  ['a wrong proof', { 'x-spillway-csrf': 'x'.repeat(43) }],
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: 'null' }],
  ['a form of another site', { 'sec-fetch-site': 'cross-site' }],
])('a browser that is lured into a command by %s is refused', async (_, forged) => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const { headers } = await signIn(gateway, 'enrico');
  const { status, json } = await gateway.call('POST', ACKNOWLEDGE, {
    as: 'nobody',
    body: {},
    headers: { ...headers, ...forged },
  });
  expect({ status, code: json['code'] }).toEqual({ status: 403, code: 'ORIGIN_REFUSED' });
  expect(gateway.engine.given).toEqual([]);
});

test.each([
  ['nobody', 'GET', '/api/v1/alarms', 401],
  ['nobody', 'POST', ACKNOWLEDGE, 401],
  ['nobody', 'GET', '/metrics', 401],
  ['nobody', 'GET', '/api/v2/alerts', 401],
  ['notifier', 'GET', '/api/v1/alarms', 403],
  ['notifier', 'POST', ACKNOWLEDGE, 403],
  ['shifter', 'POST', ACKNOWLEDGE, 200],
  ['shifter', 'POST', `/api/v1/alarms/${HORN}/disable`, 403],
  ['shifter', 'POST', `/api/v1/alarms/${HORN}/reset`, 403],
  ['shifter', 'POST', '/api/v1/mode', 403],
  ['shifter', 'POST', '/api/v1/silences', 403],
  ['shifter', 'POST', '/api/v2/silences', 403],
  ['shifter', 'DELETE', '/api/v2/silence/b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11', 403],
  ['expert', 'POST', '/api/v1/mode', 200],
] as const)('%s who asks for %s %s gets %i', async (as, method, path, expected) => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const bodies: Record<string, unknown> = {
    '/api/v1/mode': { mode: 'maintenance', reason: 'access' },
    '/api/v1/silences': { matchers: ['area=beam'], duration: '1h', comment: 'x' },
  };
  const body = method === 'POST' ? { body: bodies[path] ?? {} } : {};
  expect((await gateway.call(method, path, { as, ...body })).status).toBe(expected);
  expect(gateway.engine.given).toHaveLength(expected === 200 ? 1 : 0);
});

test('anonymous viewing lets everybody look and nobody act, and only where it is asked for', async () => {
  await using gateway = await runGateway({ anonymous: 'viewer' });
  gateway.engine.raise(alarm(HORN));
  expect((await gateway.call('GET', '/api/v1/alarms', { as: 'nobody' })).status).toBe(200);
  expect(await gateway.call('POST', ACKNOWLEDGE, { as: 'nobody', body: {} })).toMatchObject({
    status: 401,
    json: { code: 'NOT_SIGNED_IN' },
  });
});

test('guessing a password soon has to pause, also with the right one, and a whole address after some more', async () => {
  await using gateway = await runGateway({
    limits: { signInFailures: 2, signInPause: '1m', requestsPerSecond: 1000 },
  });
  const guess = (name: string, password: string) =>
    gateway.call('POST', '/api/v1/session', { as: 'nobody', body: { name, password } });
  const answers = [];
  for (const name of ['maria', 'nobody-of-that-name', 'maria']) answers.push(await guess(name, 'wrong'));
  // Whether the name or the password was wrong is not told.
  expect(new Set(answers.map(({ status, json }) => `${status} ${String(json['message'])}`)).size).toBe(1);
  const { status, headers, json } = await guess('maria', PASSWORD);
  expect({ status, code: json['code'] }).toEqual({ status: 429, code: 'RATE_EXCEEDED' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
  // Somebody else at the same address is not locked out by that, until it is plain that names are being tried.
  expect((await guess('enrico', PASSWORD)).status).toBe(200);
  for (const name of ['a', 'b', 'c', 'd', 'e']) expect((await guess(name, 'wrong')).status).toBe(401);
  expect((await guess('enrico', PASSWORD)).status).toBe(429);
  expect(JSON.stringify(gateway.log)).not.toContain(PASSWORD);
});

test('guessing tokens has to pause too, and whoever has one does not notice', async () => {
  await using gateway = await runGateway({ limits: { signInFailures: 1, requestsPerSecond: 1000 } });
  const guess = () =>
    gateway.call('GET', '/api/v1/alarms', { as: 'nobody', headers: { authorization: 'Bearer spw_guess' } });
  for (let n = 0; n < 4; n++) expect((await guess()).status).toBe(401);
  expect((await guess()).status).toBe(429);
  expect((await gateway.call('GET', '/api/v1/alarms')).status).toBe(200);
});

test('an address that is not allowed gets nothing, and one behind a proxy is the one the proxy names', async () => {
  await using closed = await runGateway({ allow: ['10.0.0.0/8'] });
  expect(await closed.call('GET', '/healthz')).toMatchObject({ status: 403, json: { code: 'HOST_REFUSED' } });
  await using proxied = await runGateway({ allow: ['10.0.0.0/8'], proxies: ['127.0.0.1'] });
  const as = (forwarded: string) =>
    proxied.call('GET', '/healthz', { headers: { 'x-forwarded-for': forwarded } });
  expect((await as('10.1.2.3')).status).toBe(200);
  // What the client itself wrote in front does not count.
  expect((await as('10.1.2.3, 203.0.113.9')).status).toBe(403);
  expect((await as('rubbish')).status).toBe(403);
});

test('a request too many of one address is told to wait', async () => {
  await using gateway = await runGateway({ limits: { requestsPerSecond: 1 } });
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await gateway.call('GET', '/healthz')).status);
  expect(statuses).toEqual([200, 200, 429]);
});

test('who may not do a thing does not learn from the answer what there is', async () => {
  await using gateway = await runGateway();
  const silence = '/api/v1/silences/b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11';
  for (const [method, path] of [
    ['DELETE', silence],
    ['POST', '/api/v1/silences'],
    ['POST', '/api/v1/notify'],
    ['POST', '/api/v1/notify/alertmanager'],
    ['POST', ACKNOWLEDGE],
  ] as const) {
    const body = method === 'POST' ? { body: 'rubbish' } : {};
    expect((await gateway.call(method, path, { as: 'nobody', ...body })).status).toBe(401);
  }
});

test('a page of our own may act, whether the browser names the public address or the one it dialled', async () => {
  await using gateway = await runGateway({ publicUrl: 'http://alarms.example' });
  gateway.engine.raise(alarm(HORN));
  const { headers } = await signIn(gateway, 'maria');
  for (const origin of ['http://alarms.example', gateway.url]) {
    const { status } = await gateway.call('POST', `/api/v1/alarms/${HORN}/comment`, {
      as: 'nobody',
      body: { note: 'x' },
      headers: { ...headers, origin, 'sec-fetch-site': 'same-origin' },
    });
    expect(status).toBe(200);
  }
});

test('every command stands in the log with who, from where and what became of it, refused ones too', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  await gateway.call('POST', ACKNOWLEDGE, { as: 'shifter', body: { expected: 1 } });
  await gateway.call('POST', ACKNOWLEDGE, { as: 'notifier', body: {} });
  const audit = gateway.log.filter(line => line['audit'] === true && line['path'] === ACKNOWLEDGE);
  expect(audit).toEqual([
    expect.objectContaining({ by: 'shifter-program', role: 'shifter', from: '127.0.0.1', status: 200 }),
    expect.objectContaining({ by: 'notifier-program', status: 403, code: 'NOT_ALLOWED' }),
  ]);
  expect(gateway.context.counts.get('refused{reason=NOT_ALLOWED}')).toBe(1);
});

test('sessions live through a restart, and the file that keeps them signs nobody in', async () => {
  await using gateway = await runGateway();
  const { headers } = await signIn(gateway, 'maria');
  const file = join(gateway.context.dataDirectory, 'gateway', 'sessions.json');
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(headers.cookie.split('=')[1]);
  await using again = await runGateway({}, { directory: gateway.context.dataDirectory });
  expect(await again.call('GET', '/api/v1/session', { as: 'nobody', headers })).toMatchObject({
    status: 200,
    json: { name: 'maria', role: 'shifter', by: 'session' },
  });
  await using demoted = await runGateway({ users: [] }, { directory: gateway.context.dataDirectory });
  expect((await demoted.call('GET', '/api/v1/session', { as: 'nobody', headers })).status).toBe(401);
});
