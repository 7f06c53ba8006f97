import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeResponse } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { until } from '../../helpers/until.ts';
import { echo, echoCall, hasIpv6, method, post, rawConnection, startServer } from './harness.ts';

const HEAD = 'POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\n';

describe('the allow-list', () => {
  it('turns a stranger away before reading anything of him', async () => {
    let called = false;
    const spy = method(async () => {
      called = true;
      return 1;
    });
    await using target = await startServer({ allow: ['131.225.0.0/16'], methods: new Map([['echo', spy]]) });
    using connection = await rawConnection(target.url);
    expect(await connection.ended).toMatch(/^HTTP\/1.1 403 Forbidden[^]*HOST_REFUSED: 127.0.0.1 is not/);
    expect(target.reasons()).toEqual(['HOST_REFUSED']);
    expect(called).toBe(false);
  });

  it('lets a stranger who is already sending read why', async () => {
    await using target = await startServer({ allow: ['10.0.0.0/8'] });
    using client = new XmlRpcClient(target.url);
    await expect(client.call('echo', ['x'.repeat(100_000)])).rejects.toMatchObject({
      code: 'XMLRPC_HTTP',
      message: expect.stringMatching(/403 Forbidden: HOST_REFUSED/),
    });
  });

  it.skipIf(!hasIpv6)('knows an IPv4 caller on an IPv6 socket', async () => {
    await using target = await startServer({ host: '::', allow: ['127.0.0.1'] });
    using client = new XmlRpcClient(`http://127.0.0.1:${target.server.port}/RPC2`);
    expect(await client.call('echo', [1])).toBe(1);
  });

  it.skipIf(!hasIpv6)('does not let strangers take the places of friends', async () => {
    await using target = await startServer({ host: '::', allow: ['127.0.0.1'] }, { connections: 1 });
    const strangers = await Promise.all(
      Array.from({ length: 5 }, () => rawConnection(`http://[::1]:${target.server.port}`)),
    );
    using client = new XmlRpcClient(`http://127.0.0.1:${target.server.port}/RPC2`);
    expect(await client.call('echo', [1])).toBe(1);
    for (const stranger of strangers) stranger.socket.destroy();
  });
});

describe('requests of the wrong kind', () => {
  it.each([
    ['another path', '/elsewhere', { method: 'POST' }, 404],
    ['another method', '', { method: 'PUT' }, 405],
    ['a form', '', { method: 'POST', body: 'a=1', headers: { 'Content-Type': 'text/plain' } }, 415],
    [
      'an unknown compression',
      '',
      { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/xml', 'Content-Encoding': 'br' } },
      415,
    ],
  ])('%s', async (_, suffix, init, status) => {
    await using target = await startServer();
    const response = await fetch(target.url + suffix, init);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^REQUEST_INVALID: /);
    expect(target.reasons()).toEqual(['REQUEST_INVALID']);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    [
      'a proxy request',
      'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n',
      '405 Method Not Allowed',
    ],
    [
      'an expectation nobody can meet',
      `${HEAD}Expect: miracles\r\nContent-Length: 5\r\n\r\n`,
      '417 Expectation Failed',
    ],
    ['two lengths', `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, '400 Bad Request'],
    [
      'a length and chunks, as smugglers send',
      `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '400 Bad Request',
    ],
  ])('%s', async (_, request, status) => {
    await using target = await startServer();
    using connection = await rawConnection(target.url);
    connection.socket.write(request);
    expect(await connection.ended).toContain(status);
    expect(target.reasons()).toEqual(['REQUEST_INVALID']);
  });

  it('that breaks off in the middle', async () => {
    await using target = await startServer();
    using connection = await rawConnection(target.url);
    connection.socket.end(`${HEAD}Content-Length: 500\r\n\r\n<methodCall>`);
    await until(() => target.refusals.length > 0);
    expect(target.reasons()).toEqual(['REQUEST_INVALID']);
  });
});

describe('requests that are too large', () => {
  it('by their own word, before any of the body', async () => {
    await using target = await startServer({}, { bodyBytes: 1000 });
    using connection = await rawConnection(target.url);
    connection.socket.write(`${HEAD}Content-Length: 1001\r\n\r\n`);
    expect(await connection.ended).toMatch(
      /413 Payload Too Large[^]*REQUEST_TOO_LARGE: body over 1000 bytes/,
    );
    expect(target.reasons()).toEqual(['REQUEST_TOO_LARGE']);
  });

  it('without having said so, at the first byte too many', async () => {
    await using target = await startServer({}, { bodyBytes: 1000 });
    using connection = await rawConnection(target.url);
    connection.socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3e9\r\n${' '.repeat(1001)}\r\n`);
    expect(await connection.ended).toContain('413 Payload Too Large');
    expect(target.reasons()).toEqual(['REQUEST_TOO_LARGE']);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('once inflated: a %s bomb is stopped at the limit', async (coding, compress) => {
    await using target = await startServer({}, { xml: { bytes: 100_000 } });
    const bomb = compress(echoCall('x'.repeat(50_000_000)));
    const response = await post(target.url, bomb, { 'Content-Encoding': coding });
    expect(decodeResponse(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      fault: { message: expect.stringContaining('XML_TOO_LARGE') },
    });
    expect(target.reasons()).toEqual(['XML_TOO_LARGE']);
  });

  it('or do not inflate at all', async () => {
    await using target = await startServer();
    const response = await post(target.url, 'not gzip', { 'Content-Encoding': 'gzip' });
    expect(response.status).toBe(400);
    expect(target.reasons()).toEqual(['REQUEST_INVALID']);
  });

  it('in their headers', async () => {
    await using target = await startServer({}, { headerBytes: 1000 });
    using connection = await rawConnection(target.url);
    connection.socket.write(`${HEAD}X: ${'x'.repeat(2000)}\r\n\r\n`);
    expect(await connection.ended).toContain('431 Request Header Fields Too Large');
    expect(target.reasons()).toEqual(['REQUEST_TOO_LARGE']);
  });
});

describe('requests that are too slow', () => {
  const limits = { headersMs: 100, requestMs: 200, connections: 1 };

  it.each([
    ['a connection that says nothing', ''],
    ['headers without end', 'POST /RPC2 HTTP/1.1\r\nX-A: 1\r\n'],
    ['a body without end', `${HEAD}Content-Length: 500\r\n\r\n<methodCall>`],
  ])('%s is cut off, and its place is free again', async (_, start) => {
    await using target = await startServer({}, limits);
    using connection = await rawConnection(target.url);
    connection.socket.write(start);
    expect(await connection.ended).toMatch(/408 Request Timeout[^]*REQUEST_TOO_SLOW/);
    expect(target.reasons()).toEqual(['REQUEST_TOO_SLOW']);
    using client = new XmlRpcClient(target.url);
    expect(await client.call('echo', [1])).toBe(1);
  });
});

describe('a limit on the whole request below that on its headers', () => {
  it('holds for both', async () => {
    await using target = await startServer({}, { headersMs: 5000, requestMs: 100 });
    using connection = await rawConnection(target.url);
    expect(await connection.ended).toContain('408 Request Timeout');
  });
});

describe('too many', () => {
  it('connections from one address, or in all, are refused while a call is made on each that there is', async () => {
    const release = Promise.withResolvers<number>();
    const slow = method(() => release.promise);
    const limits = { connectionsPerAddress: 1 };
    await using target = await startServer(
      {
        methods: new Map([
          ['slow', slow],
          ['echo', echo],
        ]),
      },
      limits,
    );
    using client = new XmlRpcClient(target.url);
    expect(await client.call('echo', [1])).toBe(1);
    const answer = client.call('slow', []);
    await until(async () => {
      using extra = await rawConnection(target.url);
      return /503 Service Unavailable[^]*RATE_EXCEEDED: over 1 connections from 127/.test(await extra.ended);
    });
    release.resolve(2);
    expect(await answer).toBe(2);
    expect(new Set(target.reasons())).toEqual(new Set(['RATE_EXCEEDED']));
  });

  it('requests in a short time are refused, with when to come again', async () => {
    await using target = await startServer({}, { requestsPerSecondPerAddress: 1 });
    const statuses: number[] = [];
    let retryAfter: string | null = null;
    for (let i = 0; i < 3; i++) {
      const response = await post(target.url, echoCall(i));
      statuses.push(response.status);
      retryAfter = response.headers.get('retry-after');
      await response.text();
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(retryAfter).toBe('1');
    expect(target.reasons()).toEqual(['RATE_EXCEEDED']);
  });
});
