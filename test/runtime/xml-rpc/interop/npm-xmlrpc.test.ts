import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import xmlrpc from 'xmlrpc';
import { WallTime, type XmlRpcValue } from '../../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../../runtime/xml-rpc/client.ts';
import { method, startServer } from '../harness.ts';

/** What both sides hold alike. This package has no i8, no NaN, and dates of its own. */
const VALUES: readonly XmlRpcValue[] = [
  0,
  -(2 ** 31),
  1.5,
  1e-7,
  true,
  null,
  '',
  '  <&> ]]> \n µ €𝄞 ',
  [],
  [[1, 'x'], []],
  { a: 1, b: { c: [null] } },
];

describe('the npm package xmlrpc', () => {
  it('client gets from our server what it sent, and our faults', async () => {
    await using target = await startServer();
    const client = xmlrpc.createClient(target.url);
    const call = promisify(
      (method: string, params: readonly unknown[], done: (e: unknown, v?: unknown) => void) =>
        client.methodCall(method, params, done),
    );
    for (const value of VALUES) expect(await call('echo', [value])).toEqual(value);
    expect(await call('echo', [Buffer.from([0, 255])])).toEqual(Buffer.from([0, 255]));
    await expect(call('missing', [])).rejects.toMatchObject({
      faultCode: -32601,
      faultString: expect.stringContaining('METHOD_UNKNOWN'),
    });
  });

  it('client sends integers beyond 32 bits as <int>, which we take for the <i8> they should be', async () => {
    const taken: unknown[] = [];
    const methods = new Map([['take', method(async params => taken.push(...params) > 0)]]);
    await using target = await startServer({ methods });
    const client = xmlrpc.createClient(target.url);
    const call = promisify((params: readonly unknown[], done: (e: unknown, v?: unknown) => void) =>
      client.methodCall('take', params, done),
    );
    expect(await call([5_000_000_000, 2 ** 31 - 1])).toBe(true);
    expect(taken).toEqual([5_000_000_000n, 2 ** 31 - 1]);
  });

  it('server gives our client what it sent, its faults and its 404', async () => {
    await using peer = await startXmlrpc();
    using client = new XmlRpcClient(peer.url);
    for (const value of VALUES) expect(await client.call('echo', [value])).toEqual(value);
    expect(await client.call('echo', [Uint8Array.of(0, 255)])).toEqual(Uint8Array.of(0, 255));
    const time = await client.call('echo', [WallTime.parse('20261121T01:44:43') as WallTime]);
    expect(time).toEqual(WallTime.parse('20261121T01:44:43'));
    await expect(client.call('fail', [])).rejects.toMatchObject({ fault: { code: 4, message: 'no beam' } });
    await expect(client.call('missing', [])).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
  });
});

async function startXmlrpc(): Promise<AsyncDisposable & { readonly url: string }> {
  const listening = Promise.withResolvers<void>();
  const server = xmlrpc.createServer({ host: '127.0.0.1', port: 0 }, listening.resolve);
  server.on('echo', (_, [value], answer) => answer(null, value));
  server.on('fail', (_, __, answer) => answer({ faultCode: 4, faultString: 'no beam' }));
  await listening.promise;
  return {
    url: `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server.httpServer, 'close');
      server.httpServer.close();
      server.httpServer.closeAllConnections();
      await closed;
    },
  };
}
