import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { triggered } from '../../../runtime/verify/front-end.ts';

/** A front end that has nothing but a journal. */
async function journal(lines: readonly object[]) {
  const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const line = (seconds: number, accepted: boolean) => ({
  event: 'A9',
  inOut: 'in',
  seconds,
  nanoseconds: 5,
  accepted,
  digest: String(seconds),
});

test('a callback the front end gave up on counts as triggered, so that it is told as lost, and where', async () => {
  await using front = await journal([line(1, true), line(2, false), line(3, true)]);
  const seen = await triggered(front.url, 0, 2500);
  expect(seen.map(({ digest, where }) => [digest, where])).toEqual([
    ['1', 'journal line 1'],
    ['2', 'journal line 2, which says given up'],
  ]);
});

test('a front end that does not answer is an error and not a front end without triggers', async () => {
  const front = await journal([]);
  await front[Symbol.asyncDispose]();
  await expect(triggered(front.url, 0, 1)).rejects.toMatchObject({ code: 'XMLRPC_HTTP' });
});
