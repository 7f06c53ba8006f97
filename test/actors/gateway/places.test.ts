import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningGateway, runGateway, TOKENS } from './harness.ts';

/** A connection from another address of this machine; Linux has all of 127.0.0.0/8. */
async function from({ url }: RunningGateway, localAddress: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  return socket;
}

/** Asks for the alarms as somebody who may; the status, or that the connection was closed. */
async function ask(socket: Socket): Promise<string> {
  socket.write(
    `GET /api/v1/alarms HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKENS.shifter}\r\n\r\n`,
  );
  const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
  return String(answer).slice(9, 12);
}

test('connections that only sit there give way, of the same address and of others, and whoever is known stays', async () => {
  await using gateway = await runGateway({
    limits: { connections: 4, viewers: 2, connectionsPerAddress: 3 },
  });
  const known = await from(gateway, '127.0.0.2');
  expect(await ask(known)).toBe('200');
  const idle = [];
  for (let n = 0; n < 12; n++) idle.push(await from(gateway, `127.0.0.${2 + (n % 3)}`));
  expect(await ask(known)).toBe('200');
  const again = await from(gateway, '127.0.0.2');
  expect(await ask(again)).toBe('200');
  expect(gateway.context.counts.get('refused{reason=RATE_EXCEEDED}')).toBeGreaterThan(5);
  for (const socket of [known, again, ...idle]) socket.destroy();
});

test('a viewer keeps its connection though others of its address come and go', async () => {
  await using gateway = await runGateway({ limits: { connectionsPerAddress: 2 } });
  const headers = { authorization: `Bearer ${TOKENS.shifter}` };
  const viewer = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/live`, { headers });
  await once(viewer, 'message');
  for (let n = 0; n < 6; n++) (await from(gateway, '127.0.0.1')).unref();
  expect((await gateway.call('GET', '/api/v1/alarms')).status).toBe(200);
  expect(viewer.readyState).toBe(WebSocket.OPEN);
  viewer.terminate();
});
