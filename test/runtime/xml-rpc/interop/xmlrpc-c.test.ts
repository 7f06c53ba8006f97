import { beforeAll, describe, expect, it } from 'vitest';
import { WallTime, type XmlRpcValue } from '../../../../protocol/xml-rpc/xml-rpc.ts';
import { method, startServer, type TestServer } from '../harness.ts';
import { findXmlRpcC, type XmlRpcC } from './xmlrpc-c.ts';

let found: XmlRpcC | string = 'not looked for yet';
beforeAll(async () => {
  found = await findXmlRpcC();
}, 150_000);

function command(skip: (condition: boolean, reason?: string) => void): XmlRpcC {
  skip(typeof found === 'string', String(found));
  return found as XmlRpcC;
}

/** A server that remembers what it was given, and gives what it is told to. */
async function startWith(given: XmlRpcValue): Promise<{ target: TestServer; received: XmlRpcValue[] }> {
  const received: XmlRpcValue[] = [];
  const methods = new Map([
    ['take', method(async params => received.push(...params))],
    ['give', method(async () => given)],
  ]);
  return { target: await startServer({ methods, introspection: true }), received };
}

describe("xmlrpc-c's client", () => {
  it('sends our server every type it knows', async ({ skip }) => {
    const xmlrpc = command(skip);
    const { target, received } = await startWith(null);
    await using _ = target;
    await xmlrpc(
      target.url,
      'take',
      's/  µ<&> ',
      'i/-5',
      'I/5000000000',
      'd/1.5',
      'd/1e-9',
      'b/t',
      'n/',
      'h/00ff',
    );
    expect(received).toEqual(['  µ<&> ', -5, 5_000_000_000n, 1.5, 1e-9, true, null, Uint8Array.of(0, 255)]);
  });

  it('understands every type of our answers', async ({ skip }) => {
    const xmlrpc = command(skip);
    const { target } = await startWith([
      7,
      2n ** 40n,
      -2.5,
      '<µ>',
      false,
      null,
      Uint8Array.of(0, 255),
      WallTime.parse('20261121T01:44:43') as WallTime,
      { name: 'E:TRTGTD' },
      [],
    ]);
    await using _ = target;
    const { stdout } = await xmlrpc(target.url, 'give');
    for (const line of [
      'Integer: 7',
      '64-bit integer: 1099511627776',
      'Floating Point: -2.500000',
      String.raw`String: '<\xc2\xb5>'`,
      'Boolean: FALSE',
      'Nil',
      'Bit string: 00ff',
      // It reads a time, and has no way to print one.
      'datetime value',
      "'E:TRTGTD'",
      'Array of 0 items',
    ]) {
      expect.soft(stdout).toContain(line);
    }
  });

  it('reports our faults, and finds our methods', async ({ skip }) => {
    const xmlrpc = command(skip);
    const { target } = await startWith(null);
    await using _ = target;
    await expect(xmlrpc(target.url, 'missing')).rejects.toMatchObject({
      stderr: expect.stringMatching(/METHOD_UNKNOWN.*fault code -32601/),
    });
    expect((await xmlrpc(target.url, 'system.listMethods')).stdout).toContain("'give'");
  });
});
