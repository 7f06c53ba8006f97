import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { readClientTls, readServerTls } from '../../../runtime/xml-rpc/tls.ts';
import { type Authority, authorityIn, type Certificate, withoutOpenssl } from '../../helpers/certificates.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { rawConnection, startServer } from './harness.ts';

const missing = await withoutOpenssl();

describe.skipIf(missing !== undefined)(`TLS ${missing ?? ''}`, () => {
  let ours: Authority;
  let stranger: Certificate;
  let server: Certificate;
  let client: Certificate;
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    ours = await authorityIn(directory.path);
    [server, client] = await Promise.all([ours.issue('server'), ours.issue('client')]);
    stranger = await (await authorityIn(directory.path, 'stranger')).issue('client');
    return () => directory[Symbol.asyncDispose]();
  });

  test('a server with a certificate is known by its authority and by no other', async () => {
    await using target = await startServer({ tls: await readServerTls(server) });
    expect(target.url).toMatch(/^https:/);
    using friend = new XmlRpcClient(target.url, { tls: await readClientTls({ ca: ours.ca }) });
    expect(await friend.call('echo', ['x'.repeat(100_000)])).toHaveLength(100_000);
    using careful = new XmlRpcClient(target.url);
    await expect(careful.call('echo', [1])).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
  });

  test('where callers need a certificate, none and a foreign one are sent away with the reason', async () => {
    await using target = await startServer({ tls: await readServerTls({ ...server, clientCa: ours.ca }) });
    const call = async (own: Partial<Certificate>) => {
      using caller = new XmlRpcClient(target.url, { tls: await readClientTls({ ca: ours.ca, ...own }) });
      return await caller.call('echo', [1]);
    };
    expect(await call(client)).toBe(1);
    for (const own of [{}, stranger])
      await expect(call(own)).rejects.toMatchObject({
        code: 'XMLRPC_HTTP',
        message: expect.stringContaining('SIGN_IN_REFUSED: no certificate that we trust'),
      });
    expect(target.reasons()).toEqual(['SIGN_IN_REFUSED', 'SIGN_IN_REFUSED']);
  });

  test('who is not in the allow-list gets no handshake', async () => {
    await using target = await startServer({ tls: await readServerTls(server), allow: ['10.0.0.0/8'] });
    using connection = await rawConnection(target.url);
    expect(await connection.ended).toBe('');
    expect(target.reasons()).toEqual(['HOST_REFUSED']);
  });

  test('who speaks something else, or nothing, is cut off and counted, and his place is free again', async () => {
    await using target = await startServer(
      { tls: await readServerTls(server) },
      { headersMs: 200, requestMs: 200, connections: 1 },
    );
    using plain = await rawConnection(target.url);
    plain.socket.write('POST /RPC2 HTTP/1.1\r\n\r\n');
    await plain.ended;
    expect(target.reasons()).toEqual(['REQUEST_INVALID']);
    using silent = await rawConnection(target.url);
    await silent.ended;
    expect(target.reasons()).toEqual(['REQUEST_INVALID', 'REQUEST_TOO_SLOW']);
    using friend = new XmlRpcClient(target.url, { tls: await readClientTls({ ca: ours.ca }) });
    expect(await friend.call('echo', [1])).toBe(1);
  });

  test('a connection that hangs up in the handshake is no refusal and leaves its place', async () => {
    await using target = await startServer({ tls: await readServerTls(server) }, { connections: 1 });
    const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.end();
    await once(socket.resume(), 'close');
    using friend = new XmlRpcClient(target.url, { tls: await readClientTls({ ca: ours.ca }) });
    await until(() => friend.call('echo', [1]).then(answer => answer === 1));
    expect(target.reasons()).toEqual([]);
  });

  test('files that are no certificate are named', async () => {
    const files = { certificate: server.key, key: server.key };
    await expect(readServerTls(files)).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(server.key),
    });
  });
});
