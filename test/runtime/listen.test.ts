import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listening } from '../../runtime/listen.ts';

test('of the ports that the system gives away, one that browsers do not call is given back', async () => {
  const server = createServer();
  const given = [6000, 10_080, 6667];
  const listen = server.listen.bind(server);
  const tried: number[] = [];
  server.listen = ((port: number, host: string) => {
    const next = port === 0 ? (given.shift() ?? 0) : port;
    tried.push(next);
    return listen(next, host);
  }) as typeof server.listen;
  await using _closed = { [Symbol.asyncDispose]: async () => void server.close() };
  const port = await listening(server, 0, '127.0.0.1');
  expect(tried).toEqual([6000, 10_080, 6667, 0]);
  expect(tried.slice(0, 3)).not.toContain(port);
});

test('a port that was asked for is taken as it is, or told to be taken', async () => {
  const first = createServer();
  const port = await listening(first, 0, '127.0.0.1');
  await expect(listening(createServer(), port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  first.close();
});
