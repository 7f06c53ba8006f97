import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { decodeResponse, encodeCall } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { until } from '../../helpers/until.ts';
import { FrontEnd, readingOf } from './front-end.ts';
import { startMonitor } from './monitor.ts';

const METHOD = 'spillway.readings';
const LIMITS = {
  body: '64KiB',
  header: '4KiB',
  requestTime: '300ms',
  connections: 3,
  requestsPerSecond: 1000,
};

async function door(callback: object = {}) {
  const stack = new AsyncDisposableStack();
  const front = stack.use(await FrontEnd.listen());
  const monitor = stack.use(await startMonitor(front.server.url, { limits: LIMITS, ...callback }));
  await until(() => front.registrations.size === 2, { what: 'both registrations' });
  const url = front.registeredFor('A9').url;
  return {
    front,
    monitor,
    url,
    /** Whatever was refused, nothing was published, and a good callback still comes through. */
    async unharmed() {
      expect(monitor.bodies()).toEqual([]);
      expect(await front.trigger('A9')).toBe(true);
      expect(monitor.bodies()).toHaveLength(1);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const post = (url: string, body: RequestInit['body'] & {}, type = 'text/xml') =>
  fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } });

const call = (params: string) =>
  `<?xml version="1.0"?><methodCall><methodName>${METHOD}</methodName><params>${params}</params></methodCall>`;
const good = new TextDecoder().decode(
  encodeCall(METHOD, [
    { id: 'A9-1', event: 'A9', sequence: 1, seconds: 1, nanoseconds: 0, readings: [readingOf('E:TRTGTD')] },
  ]),
);
const deep = `<param>${'<value><array><data>'.repeat(200)}${'</data></array></value>'.repeat(200)}</param>`;

describe('a document that is no good callback is answered with a fault, counted by its reason, and nothing is stored', () => {
  test.each([
    ['malformed', good.replace('</methodName>', '</methodname>'), 'XML_MALFORMED'],
    ['truncated', good.slice(0, -40), 'XML_MALFORMED'],
    ['empty', ' ', 'XML_MALFORMED'],
    ['with an entity', `<!DOCTYPE m [<!ENTITY x "y">]>${good}`, 'XML_FORBIDDEN'],
    ['deeply nested', call(deep), 'XML_TOO_DEEP'],
    ['XML but not XML-RPC', '<html><body/></html>', 'XMLRPC_INVALID'],
    [
      'with an int beyond 64 bits',
      call('<param><value><int>9223372036854775808</int></value></param>'),
      'XMLRPC_INVALID',
    ],
    ['for a method that is not ours', good.replace(METHOD, 'system.listMethods'), 'METHOD_UNKNOWN'],
    ['a call of ours without parameters', call(''), 'CALLBACK_INVALID'],
    ['a call of ours with text', call('<param><value>beam</value></param>'), 'CALLBACK_INVALID'],
    ['a callback for devices not asked for', good.replace('E:TRTGTD', 'M:OUTTMP'), 'DEVICE_UNREQUESTED'],
  ])('%s', async (_what, body, reason) => {
    await using line = await door();
    const answer = decodeResponse(new Uint8Array(await (await post(line.url, body)).arrayBuffer()));
    expect(answer).toMatchObject({ ok: false });
    expect(!answer.ok && answer.fault.message.split(':')[0]).toBe(reason);
    expect(line.monitor.refused(reason)).toBe(1);
    await line.unharmed();
  });
});

describe('a request that is not one is answered by HTTP and counted', () => {
  test.each([
    [
      'a body over the limit',
      (url: string) => post(url, good + ' '.repeat(70_000)),
      413,
      'REQUEST_TOO_LARGE',
    ],
    [
      'a body over the limit that did not announce itself',
      (url: string) =>
        fetch(url, {
          method: 'POST',
          body: new Blob([good + ' '.repeat(200_000)]).stream(),
          headers: { 'Content-Type': 'text/xml' },
          duplex: 'half',
        }),
      413,
      'REQUEST_TOO_LARGE',
    ],
    ['another path', (url: string) => post(`${url}/other`, good), 404, 'REQUEST_INVALID'],
    [
      'another HTTP method',
      (url: string) => fetch(url, { method: 'PUT', body: good }),
      405,
      'REQUEST_INVALID',
    ],
    ['another content type', (url: string) => post(url, good, 'text/plain'), 415, 'REQUEST_INVALID'],
  ])('%s', async (_what, request, status, reason) => {
    await using line = await door();
    expect((await request(line.url)).status).toBe(status);
    expect(line.monitor.refused(reason)).toBe(1);
    await line.unharmed();
  });

  test('headers over the limit', async () => {
    await using line = await door();
    const answer = await fetch(line.url, {
      method: 'POST',
      body: good,
      headers: { 'X-Long': 'x'.repeat(8000) },
    });
    expect(answer.status).toBe(431);
    expect(line.monitor.refused('REQUEST_TOO_LARGE')).toBe(1);
    await line.unharmed();
  });

  test('a sender that is too slow', async () => {
    await using line = await door();
    const { hostname, port } = new URL(line.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<?xml',
    );
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(line.monitor.refused('REQUEST_TOO_SLOW')).toBe(1);
    await line.unharmed();
  });

  test('a sender that breaks off', async () => {
    await using line = await door();
    const { hostname, port } = new URL(line.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.end(
      'POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<?xml',
    );
    socket.resume();
    await once(socket, 'close');
    await until(() => line.monitor.refused('REQUEST_INVALID') === 1, { what: 'the refusal' });
    expect(line.monitor.actor.health?.()).toMatchObject({ callbacks: 0, refused: 1 });
    await line.unharmed();
  });

  test('more connections than agreed', async () => {
    await using line = await door();
    const { hostname, port } = new URL(line.url);
    const sockets = Array.from({ length: 6 }, () => connect(Number(port), hostname).on('error', () => {}));
    await until(() => line.monitor.refused('RATE_EXCEEDED') >= 3, { what: 'refused connections' });
    for (const socket of sockets) socket.destroy();
    await until(() => line.front.trigger('A9').catch(() => false) as Promise<boolean>, {
      what: 'room again',
    });
    expect(line.monitor.bodies()).toHaveLength(1);
  });
});

test('a host that is not in the allow-list is refused before anything of it is read', async () => {
  await using line = await door({ allow: ['192.0.2.0/24'] });
  expect((await post(line.url, good)).status).toBe(403);
  await expect(line.front.trigger('A9')).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
  expect(line.monitor.refused('HOST_REFUSED')).toBe(2);
  expect(line.monitor.actor.health?.()).toMatchObject({ callbacks: 0, refused: 2 });
  expect(line.monitor.bodies()).toEqual([]);
});

test('refusals do not stop the flow: good callbacks among bad ones are all stored', async () => {
  await using line = await door();
  using client = new XmlRpcClient(line.url);
  const { id } = line.front.registeredFor('A9');
  const seconds = Math.floor(Date.now() / 1000);
  for (let sequence = 1; sequence <= 20; sequence++) {
    await post(line.url, good.slice(0, sequence * 10)).then(response => response.bytes());
    const readings = [readingOf('E:TRTGTD', { scaled: sequence })];
    await client.call(METHOD, [{ id, event: 'A9', sequence, seconds, nanoseconds: sequence, readings }]);
  }
  expect(line.monitor.bodies().map(body => body.devices[0]?.values[0])).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(line.monitor.refused('XML_MALFORMED')).toBe(20);
});
