import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alarm, type RunningGateway, runGateway } from './harness.ts';

const HORN = 'beam/horn/current';
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway({
    limits: { body: '2KiB', header: '4KiB', requestTime: '300ms', requestsPerSecond: 10_000 },
  });
  gateway.engine.raise(alarm(HORN));
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** Of a command, as far as the headers that describe its body. */
const HEAD = 'POST /api/v1/mode HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer spw_expert\r\n';

const post = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, { body, headers });

test.each([
  ['JSON that is none', '{"note":', 400, 'REQUEST_INVALID'],
  ['no object', '[]', 400, 'REQUEST_INVALID'],
  ['a wrong type', { expected: 'one' }, 400, 'REQUEST_INVALID'],
  ['a fraction', { expected: 1.5 }, 400, 'REQUEST_INVALID'],
  ['a member nobody knows', { by: 'somebody else' }, 400, 'REQUEST_INVALID'],
  ['a prototype', '{"__proto__":{"note":"x"}}', 400, 'REQUEST_INVALID'],
  ['a note that turns text around', { note: 'paid \u202e elor' }, 400, 'REQUEST_INVALID'],
  ['a note that steers a terminal', { note: '\u001b[2J' }, 400, 'REQUEST_INVALID'],
  ['a note without end', { note: 'x'.repeat(2001) }, 400, 'REQUEST_INVALID'],
  ['a body without end', { note: 'x'.repeat(4000) }, 413, 'REQUEST_TOO_LARGE'],
  ['a command id that is none', { id: '1' }, 400, 'REQUEST_INVALID'],
])('%s is refused by its place', async (_, body, status, code) => {
  const given = gateway.engine.given.length;
  const answer = await post(body);
  expect({ status: answer.status, code: answer.json['code'] }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(gateway.engine.given).toHaveLength(given);
});

test('a body without end that does not say how long it is ends where the limit is', async () => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const answer = text(socket);
  socket.on('error', () => {});
  socket.write(`${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const more = () => {
    while (socket.writable && socket.write(`400\r\n${' '.repeat(1024)}\r\n`));
  };
  socket.on('drain', more);
  more();
  // A stream that never ends has an answer, or the connection has an end.
  expect(await answer.catch(() => '')).toMatch(/^(HTTP\/1\.1 413 |$)/);
});

test('requests that come faster than they are answered end their connection, and the next caller is answered', async () => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const closed = once(socket, 'close').catch(() => {});
  socket.resume();
  const before = gateway.context.counts.get('requests{status=200}') ?? 0;
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(2_000));
  await closed;
  expect((await gateway.call('GET', '/api/v1/alarms')).status).toBe(200);
  expect((gateway.context.counts.get('requests{status=200}') ?? 0) - before).toBeLessThan(50);
});

test('a body without end of one who was refused already is not read on: the connection ends with the answer', async () => {
  await using patient = await runGateway({ limits: { requestTime: '60s' } });
  const { hostname, port } = new URL(patient.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.resume();
  const closed = once(socket, 'close').catch(() => {});
  socket.write('POST /api/v1/mode HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n');
  const more = () => {
    while (socket.writable && socket.write(`400\r\n${' '.repeat(1024)}\r\n`));
  };
  socket.on('drain', more);
  more();
  await closed;
  expect(socket.destroyed).toBe(true);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
  'what a form can send without being asked (%s) is no command',
  async type => {
    expect((await post('{}', { 'content-type': type })).status).toBe(415);
  },
);

test.each([
  '/api/v1/alarms/..%2f..%2fetc%2fpasswd',
  '/api/v1/alarms/%00',
  '/api/v1/alarms/%E0%A4%A',
  '/api/v1/alarms/BEAM/HORN',
  '/api/v1/alarms//',
  `/api/v1/alarms/${'a'.repeat(201)}`,
])('%s is no alarm', async path => {
  const { status } = await gateway.call('GET', path);
  expect([400, 404]).toContain(status);
});

test('a path that climbs out, sent as it is, ends nowhere', async () => {
  for (const path of [
    '/../../etc/passwd',
    '/api/v1/alarms/../../../x',
    '//evil.example/x',
    '*',
    'http://x/y',
  ]) {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
});

test('an id of a request cannot bring lines of its own into an answer or the log', async () => {
  const { headers } = await gateway.call('GET', '/healthz', { headers: { 'x-request-id': 'a b<script>' } });
  expect(headers.get('x-request-id')).toMatch(/^[\w=-]+$/);
});

test('under a name that is not ours nobody is answered: a page could make a browser ask', async () => {
  const answer = await raw('GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  expect(answer).toContain('HOST_REFUSED');
});

test('a client that takes its time to ask is cut off, headers or body', async () => {
  const answers = await Promise.all([
    raw(HEAD),
    raw(`${HEAD}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test('headers without end are refused', async () => {
  const answer = await raw(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ${'x'.repeat(8192)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});

test('every answer forbids what a page could be made to do with it', async () => {
  for (const path of ['/api/v1/alarms', '/nowhere', '/healthz']) {
    const { headers } = await gateway.call('GET', path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  }
  expect((await gateway.call('GET', '/api/v1/alarms')).headers.get('cache-control')).toBe('no-store');
});

test('an expression made to take for ever does not hold up the gateway', async () => {
  const filter = encodeURIComponent('alarm=~"((a+)+)+b"');
  expect((await gateway.call('GET', `/api/v2/alerts?filter=${filter}`)).status).toBe(200);
  expect(
    (await gateway.call('GET', `/api/v2/alerts?filter=${encodeURIComponent('alarm=~"("')}`)).status,
  ).toBe(400);
});

test('what fails inside is told to the log, not to the caller', async () => {
  await using broken = await runGateway();
  broken.context.onAsk = async () => {
    throw new Error('secret inner life');
  };
  const { status, json } = await broken.call('POST', '/api/v1/mode', { body: { mode: '', reason: 'x' } });
  expect(status).toBe(500);
  expect(JSON.stringify(json)).not.toContain('inner life');
  const told = broken.log.find(line => line['msg'] === 'a request failed');
  expect(JSON.stringify(told)).toContain('secret inner life');
  expect(told?.['request']).toBe(json['request']);
});

/** What comes back for these very bytes. */
async function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
}
