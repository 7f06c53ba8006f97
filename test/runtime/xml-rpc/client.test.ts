import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeResponse } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { until } from '../../helpers/until.ts';
import { method, startServer } from './harness.ts';

interface Peer extends AsyncDisposable {
  readonly url: string;
}

async function startPeer(listener: RequestListener): Promise<Peer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

const XML = { 'Content-Type': 'text/xml' };

describe('errors of a call are told apart', () => {
  it.each<[string, RequestListener, string, RegExp]>([
    [
      'a fault',
      (_, res) =>
        res
          .writeHead(200, XML)
          .end(
            '<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>7</int></value></member><member><name>faultString</name><value>no</value></member></struct></value></fault></methodResponse>',
          ),
      'XMLRPC_FAULT',
      /m at http.*: fault 7: no/,
    ],
    [
      'an HTTP error',
      (_, res) => res.writeHead(503).end('down for repairs'),
      'XMLRPC_HTTP',
      /HTTP 503 Service Unavailable: down for repairs/,
    ],
    ['a redirect', (_, res) => res.writeHead(302, { Location: '/x' }).end(), 'XMLRPC_HTTP', /HTTP 302/],
    [
      'a web page',
      (_, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('<html/>'),
      'XMLRPC_HTTP',
      /type text\/html/,
    ],
    ['a closed connection', (_, res) => res.destroy(), 'XMLRPC_HTTP', /socket hang up/],
    [
      'half an answer',
      (_, res) => {
        res.writeHead(200, { ...XML, 'Content-Length': 500 }).write('<methodResponse>', () => res.destroy());
      },
      'XMLRPC_HTTP',
      /broke in the middle/,
    ],
    [
      'bad XML',
      (_, res) => res.writeHead(200, XML).end('<methodResponse'),
      'XML_MALFORMED',
      /m at http.*ends early/,
    ],
    ['no XML-RPC', (_, res) => res.writeHead(200, XML).end('<html/>'), 'XMLRPC_INVALID', /html/],
    [
      'an entity',
      (_, res) => res.writeHead(200, XML).end('<!DOCTYPE x><methodResponse/>'),
      'XML_FORBIDDEN',
      /document type/,
    ],
    [
      'a long answer',
      (_, res) => res.writeHead(200, XML).end(encodeResponse('x'.repeat(10_000))),
      'XML_TOO_LARGE',
      /5000 bytes/,
    ],
    [
      'a long answer, compressed',
      (_, res) =>
        res
          .writeHead(200, { ...XML, 'Content-Encoding': 'gzip' })
          .end(gzipSync(encodeResponse('x'.repeat(10_000)))),
      'XML_TOO_LARGE',
      /5000 bytes/,
    ],
    ['silence', () => {}, 'XMLRPC_TIMEOUT', /no answer within 100 ms/],
    [
      'an answer that stops',
      (_, res) => {
        res.writeHead(200, XML).write('<methodResponse>');
      },
      'XMLRPC_TIMEOUT',
      /100 ms/,
    ],
  ])('%s', async (_, listener, code, message) => {
    await using peer = await startPeer(listener);
    using client = new XmlRpcClient(peer.url, { timeoutMs: 100, limits: { bytes: 5000 } });
    await expect(client.call('m', [])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('nobody there', async () => {
    const unused = createTcpServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    await unused[Symbol.asyncDispose]();
    using client = new XmlRpcClient(`http://127.0.0.1:${port}/`);
    await expect(client.call('m', [])).rejects.toMatchObject({
      code: 'XMLRPC_HTTP',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('parameters that cannot be sent', async () => {
    using client = new XmlRpcClient('http://127.0.0.1:1/');
    await expect(client.call('m', ['\0'])).rejects.toMatchObject({ code: 'XMLRPC_UNENCODABLE' });
  });

  it('an address that is none', () => {
    expect(() => new XmlRpcClient('ftp://host/')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('a call that is given up', () => {
  it('throws the reason of its signal, and leaves the client usable', async () => {
    let stuck = false;
    const methods = new Map([
      [
        'stick',
        method(() => {
          stuck = true;
          return new Promise(() => {});
        }),
      ],
      ['go', method(async () => 'on')],
    ]);
    await using target = await startServer({ methods }, { closeMs: 0 });
    using client = new XmlRpcClient(target.url);
    const giveUp = new AbortController();
    const call = client.call('stick', [], { signal: giveUp.signal }).catch((error: unknown) => error);
    await until(() => stuck);
    giveUp.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    expect(await client.call('go', [])).toBe('on');
    await expect(client.call('go', [], { signal: giveUp.signal })).rejects.toThrow('enough');
  });
});

describe('an answer', () => {
  it('may be compressed, and come in pieces', async () => {
    await using peer = await startPeer((_, res) => {
      res.writeHead(200, { ...XML, 'Content-Encoding': 'gzip' });
      for (const byte of gzipSync(encodeResponse('x'.repeat(1000)))) res.write(Uint8Array.of(byte));
      res.end();
    });
    using client = new XmlRpcClient(peer.url);
    expect(await client.call('m', [])).toBe('x'.repeat(1000));
  });
});
