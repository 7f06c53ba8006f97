import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import {
  decodeResponse,
  encodeCall,
  encodeResponse,
  XmlRpcFaultError,
} from '../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import type { Caller } from '../../../runtime/xml-rpc/options.ts';
import { XmlRpcServer } from '../../../runtime/xml-rpc/server.ts';
import { until } from '../../helpers/until.ts';
import { echo, echoCall, method, post, rawConnection, startServer } from './harness.ts';

const bytes = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

describe('a call', () => {
  it('is answered with the value of its handler', async () => {
    await using target = await startServer();
    using client = new XmlRpcClient(target.url);
    const value = { device: 'E:TRTGTD', scaled: [1.5, 2.5], none: null };
    expect(await client.call('echo', [value])).toEqual(value);
    expect(target.refusals).toEqual([]);
  });

  it('knows its caller by the address, and has a signal that the caller going sets off', async () => {
    let caller: Caller | undefined;
    const never = method((_, who) => {
      caller = who;
      return new Promise(() => {});
    });
    await using target = await startServer({ methods: new Map([['never', never]]) }, { closeMs: 0 });
    using connection = await rawConnection(target.url);
    const body = encodeCall('never', []);
    connection.socket.write(
      `POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    connection.socket.write(body);
    await until(() => caller !== undefined);
    expect(caller?.address).toBe('127.0.0.1');
    expect(caller?.signal.aborted).toBe(false);
    connection.socket.destroy();
    await until(() => caller?.signal.aborted === true, { what: 'the signal' });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
  ])('may be compressed with %s', async (coding, compress) => {
    await using target = await startServer();
    const response = await post(target.url, compress(echoCall('x'.repeat(10_000))), {
      'Content-Encoding': coding,
    });
    expect(decodeResponse(await bytes(response))).toEqual({ ok: true, value: 'x'.repeat(10_000) });
  });

  it('may come in chunks, as application/xml, in another charset', async () => {
    await using target = await startServer();
    const document = Buffer.from(echoCall('\u00b5')).toString('utf8');
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (const character of document) yield Buffer.from(character, 'latin1');
    };
    const response = await fetch(target.url, {
      method: 'POST',
      body: chunks(),
      duplex: 'half',
      headers: { 'Content-Type': 'application/xml; charset="iso-8859-1"' },
    });
    expect(decodeResponse(await bytes(response))).toEqual({ ok: true, value: '\u00b5' });
  });

  it('waits to send its body until told to, if it asks', async () => {
    await using target = await startServer();
    using connection = await rawConnection(target.url);
    const body = echoCall('patient');
    connection.socket.write(
      `POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await until(() => connection.text().includes('100 Continue'));
    connection.socket.write(body);
    await until(() => connection.text().includes('patient'));
    expect(target.refusals).toEqual([]);
  });

  it('shares a connection with the next', async () => {
    await using target = await startServer({}, { connections: 1 });
    using client = new XmlRpcClient(target.url);
    for (let i = 0; i < 5; i++) expect(await client.call('echo', [i])).toBe(i);
    expect(target.refusals).toEqual([]);
  });
});

describe('a call that fails', () => {
  const failing = new Map([
    ['refuse', method(() => Promise.reject(new SpillwayError('NOT_STORED', 'NATS is away')))],
    ['leak', method(() => Promise.reject(new Error('password=secret')))],
    ['precise', method(() => Promise.reject(new XmlRpcFaultError({ code: 404, message: 'unknown id' })))],
    ['unencodable', method(async () => ({ at: Number as never }))],
  ]);

  it.each([
    ['refuse', -32400, 'NOT_STORED: NATS is away', 'NOT_STORED'],
    ['leak', -32603, 'UNKNOWN: internal error', 'UNKNOWN'],
    ['precise', 404, 'unknown id', 'XMLRPC_FAULT'],
    ['unencodable', -32603, 'XMLRPC_UNENCODABLE: value.at: a value of type function', 'XMLRPC_UNENCODABLE'],
    ['missing', -32601, 'METHOD_UNKNOWN: this server has no method missing', 'METHOD_UNKNOWN'],
  ])('%s: is a fault that says no more than it may, and is counted', async (name, code, message, reason) => {
    await using target = await startServer({ methods: failing });
    using client = new XmlRpcClient(target.url);
    await expect(client.call(name, [])).rejects.toMatchObject({
      code: 'XMLRPC_FAULT',
      fault: { code, message },
    });
    expect(target.reasons()).toEqual([reason]);
  });

  it('tells the owner what it does not tell the caller', async () => {
    await using target = await startServer({ methods: failing });
    using client = new XmlRpcClient(target.url);
    await expect(client.call('leak', [])).rejects.toThrow('internal error');
    expect(target.refusals[0]?.error).toMatchObject({ message: 'password=secret' });
  });

  it.each([
    ['bad XML', '<methodCall', -32700, 'XML_MALFORMED'],
    ['a document type', '<!DOCTYPE a []><methodCall/>', -32700, 'XML_FORBIDDEN'],
    ['no XML-RPC', '<html/>', -32600, 'XMLRPC_INVALID'],
    ['a response', encodeResponse(1), -32600, 'XMLRPC_INVALID'],
    [
      'nesting',
      `<methodCall><methodName>m</methodName><params><param>${'<value><array><data>'.repeat(99)}`,
      -32600,
      'XML_TOO_DEEP',
    ],
  ])('%s: is a fault with the code everybody knows', async (_, body, code, reason) => {
    await using target = await startServer();
    const response = decodeResponse(await bytes(await post(target.url, body)));
    expect(response).toMatchObject({ ok: false, fault: { code, message: expect.stringContaining(reason) } });
    expect(target.reasons()).toEqual([reason]);
  });
});

describe('introspection', () => {
  it('tells the methods, their forms, their help and what the server follows', async () => {
    await using target = await startServer({ introspection: true });
    using client = new XmlRpcClient(target.url);
    expect(await client.call('system.listMethods', [])).toEqual([
      'echo',
      'system.getCapabilities',
      'system.listMethods',
      'system.methodHelp',
      'system.methodSignature',
    ]);
    expect(await client.call('system.methodSignature', ['echo'])).toEqual([['array', 'string']]);
    expect(await client.call('system.methodHelp', ['echo'])).toBe(echo.help);
    expect(await client.call('system.getCapabilities', [])).toMatchObject({ xmlrpc: { specVersion: 1 } });
    await expect(client.call('system.methodHelp', ['no'])).rejects.toMatchObject({ fault: { code: -32601 } });
    await expect(client.call('system.methodHelp', [])).rejects.toMatchObject({ fault: { code: -32602 } });
  });

  it('is off unless asked for', async () => {
    await using target = await startServer();
    using client = new XmlRpcClient(target.url);
    await expect(client.call('system.listMethods', [])).rejects.toMatchObject({ fault: { code: -32601 } });
    await expect(client.call('system.multicall', [[]])).rejects.toMatchObject({ fault: { code: -32601 } });
  });

  it('says "undef" of a method without a signature', async () => {
    await using target = await startServer({
      introspection: true,
      methods: new Map([['m', method(async () => 1)]]),
    });
    using client = new XmlRpcClient(target.url);
    expect(await client.call('system.methodSignature', ['m'])).toBe('undef');
  });

  it('shows a page of the methods to a browser', async () => {
    await using target = await startServer();
    const page = await fetch(target.url);
    expect(page.headers.get('content-type')).toContain('text/plain');
    expect(await page.text()).toContain('echo(string) -> array\n    Gives its parameters back.');
  });
});

describe('system.multicall', () => {
  it('answers each call apart: a value, or its own fault', async () => {
    await using target = await startServer({ multicall: true });
    using client = new XmlRpcClient(target.url);
    const answers = await client.call('system.multicall', [
      [
        { methodName: 'echo', params: ['a'] },
        { methodName: 'missing', params: [] },
        { methodName: 'system.multicall', params: [[]] },
        'rubbish',
        { methodName: 'echo', params: [[1]] },
      ],
    ]);
    expect(answers).toMatchObject([
      ['a'],
      { faultCode: -32601 },
      { faultCode: -32602, faultString: expect.stringContaining('may not call itself') },
      { faultCode: -32602 },
      [[1]],
    ]);
    expect(target.reasons()).toEqual(['METHOD_UNKNOWN', 'MESSAGE_MALFORMED', 'MESSAGE_MALFORMED']);
  });
});

describe('closing', () => {
  it('lets a call in progress finish and answer, and takes no other', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<string>();
    let started = false;
    const slow = method(() => {
      started = true;
      return gate;
    });
    await using target = await startServer({ methods: new Map([['slow', slow]]) });
    using client = new XmlRpcClient(target.url);
    const answer = client.call('slow', []);
    await until(() => started);
    const closed = target.server.close();
    using late = new XmlRpcClient(target.url);
    await expect(late.call('slow', [])).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
    open('done');
    expect(await answer).toBe('done');
    await closed;
  });

  it('answers all calls that came one after another on one connection, in their order', async () => {
    const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let started = 0;
    const gated = method(() => gates[started++]?.promise ?? Promise.reject(new Error('one call too many')));
    await using target = await startServer({ methods: new Map([['gated', gated]]) });
    using connection = await rawConnection(target.url);
    const body = Buffer.from(encodeCall('gated', [])).toString();
    const request = `POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    connection.socket.write(request + request);
    await until(() => started === 2, { what: 'both calls' });
    const closed = target.server.close();
    gates[1]?.resolve('second');
    gates[0]?.resolve('first');
    expect(await connection.ended).toMatch(/<string>first<[^]*<string>second</);
    await closed;
  });

  it('cuts off a call that does not finish within the deadline', async () => {
    let signal: AbortSignal | undefined;
    const stuck = method((_, caller) => {
      signal = caller.signal;
      return new Promise(() => {});
    });
    await using target = await startServer({ methods: new Map([['stuck', stuck]]) });
    using client = new XmlRpcClient(target.url);
    const answer = client.call('stuck', []).catch((error: unknown) => error);
    await until(() => signal !== undefined);
    await target.server.close(50);
    expect(await answer).toMatchObject({ code: 'XMLRPC_HTTP' });
    expect(signal?.aborted).toBe(true);
  });

  it('frees the port, and a port taken is an error with a name', async () => {
    const first = await startServer();
    const { port } = first.server;
    const again = { methods: new Map(), port };
    await expect(XmlRpcServer.listen(again)).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
    await first.server.close();
    await using second = await XmlRpcServer.listen(again);
    expect(second.port).toBe(port);
  });
});
