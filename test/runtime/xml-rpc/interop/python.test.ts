import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { WallTime, XmlRpcDouble } from '../../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../../runtime/xml-rpc/client.ts';
import { startServer } from '../harness.ts';

const run = promisify(execFile);
const script = (name: string): string => join(import.meta.dirname, name);
const absent = spawnSync('python3', ['--version']).error !== undefined;
const REASON = 'no python3 here';

describe("Python's xmlrpc", () => {
  it('client gets from our server what it sent: every type, fault, charset, compression and multicall', async ({
    skip,
  }) => {
    skip(absent, REASON);
    await using target = await startServer({ introspection: true, multicall: true });
    const { stdout } = await run('python3', [script('python_client.py'), target.url]);
    expect(stdout.trim()).toBe('ok');
    expect(target.reasons()).toEqual(['METHOD_UNKNOWN', 'REQUEST_INVALID', 'METHOD_UNKNOWN']);
  });

  it('server gives our client what it sent: every type it knows', async ({ skip }) => {
    skip(absent, REASON);
    await using python = await startPython();
    using client = new XmlRpcClient(python.url);
    const values = [
      [0, 'int'],
      [-(2 ** 31), 'int'],
      [1.5, 'float'],
      [1e-300, 'float'],
      [Number.MAX_VALUE, 'float'],
      [Number.NaN, 'float'],
      [Number.NEGATIVE_INFINITY, 'float'],
      [true, 'bool'],
      [null, 'NoneType'],
      // Python sends a carriage return bare, so that XML makes it a line feed: none in here.
      ['  <&> ]]>\n µ €𝄞 ', 'str'],
      [Uint8Array.of(0, 255), 'bytes'],
      [[1, [2.5, 'x']], 'list'],
      [{ a: 1, µ: [] }, 'dict'],
    ] as const;
    for (const [value, type] of values) {
      expect.soft(await client.call('kind', [value])).toBe(type);
      expect.soft(await client.call('echo', [value])).toEqual(value);
    }
    // Python reads an i8, and refuses to write one.
    expect(await client.call('kind', [2n ** 40n])).toBe('int');
    expect(await client.call('kind', [new XmlRpcDouble(3)])).toBe('float');
    expect(await client.call('kind', [WallTime.parse('20261121T01:44:43') as WallTime])).toBe('datetime');
    expect(await client.call('times', [])).toEqual([WallTime.parse('20261121T01:44:43')]);
    expect(await client.call('large', [])).toBe('x'.repeat(100_000));
  });

  it('server refuses in ways our client tells apart', async ({ skip }) => {
    skip(absent, REASON);
    await using python = await startPython();
    using client = new XmlRpcClient(python.url);
    const fault = { code: 42, message: 'out of <beam> & µ' };
    await expect(client.call('fail', [])).rejects.toMatchObject({ code: 'XMLRPC_FAULT', fault });
    await expect(client.call('crash', [])).rejects.toMatchObject({
      code: 'XMLRPC_FAULT',
      fault: { code: 1 },
    });
    using lost = new XmlRpcClient(new URL('/elsewhere', python.url));
    await expect(lost.call('echo', [1])).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
  });

  it('server makes our multicall', async ({ skip }) => {
    skip(absent, REASON);
    await using python = await startPython();
    using client = new XmlRpcClient(python.url);
    const calls = [
      { methodName: 'echo', params: [1] },
      { methodName: 'fail', params: [] },
    ];
    expect(await client.call('system.multicall', [calls])).toMatchObject([[1], { faultCode: 42 }]);
  });
});

async function startPython(): Promise<AsyncDisposable & { readonly url: string }> {
  const python = spawn('python3', [script('python_server.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(python, 'exit');
  const [port] = (await once(createInterface(python.stdout), 'line')) as [string];
  return {
    url: `http://127.0.0.1:${port}/RPC2`,
    async [Symbol.asyncDispose]() {
      python.stdin.end();
      await exited;
    },
  };
}
