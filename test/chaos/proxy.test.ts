import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { type Link, openLink } from './proxy.ts';

/** A server that echoes, behind a link. */
async function echo(random: () => number = () => 0) {
  const accepted: Socket[] = [];
  const server = createServer(socket => {
    accepted.push(socket);
    socket.on('error', () => {}).on('data', chunk => socket.write(chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = await openLink((server.address() as AddressInfo).port, random);
  return {
    link,
    accepted,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      for (const socket of accepted) socket.destroy();
      server.close();
    },
  };
}

interface Client extends Disposable {
  readonly socket: Socket;
  readonly said: () => string;
  readonly closed: () => boolean;
}

async function clientOf({ port }: Link): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', chunk => (said += String(chunk))).on('error', () => {});
  await once(socket, 'connect');
  return {
    socket,
    said: () => said,
    closed: () => socket.destroyed,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

const hears = (client: Client, text: string) => until(() => client.said() === text, { what: text });

test('a link passes everything on, and counts it', async () => {
  await using served = await echo();
  using client = await clientOf(served.link);
  client.socket.write('hello');
  await hears(client, 'hello');
  expect(served.link.bytes).toBe(10);
});

test('a cut breaks what is there and takes nothing new, and is over when it ends', async () => {
  await using served = await echo();
  using client = await clientOf(served.link);
  const end = await served.link.impose({ kind: 'cut' });
  await until(client.closed, { what: 'the break' });
  await expect(clientOf(served.link)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await end();
  using again = await clientOf(served.link);
  again.socket.write('back');
  await hears(again, 'back');
});

test('of a half-open link one direction is silent while the connection stays, and what was held back comes in order', async () => {
  await using served = await echo();
  using client = await clientOf(served.link);
  const end = await served.link.impose({ kind: 'half-open', silent: 'to-client', reset: false });
  client.socket.write('one');
  client.socket.write('two');
  await until(() => served.link.bytes === 12, { what: 'the answers, held back' });
  expect(client.said()).toBe('');
  expect(client.closed()).toBe(false);
  await end();
  await hears(client, 'onetwo');
});

test('a server does not hear over a silent link that its client has gone, until the link is reset', async () => {
  await using served = await echo();
  const client = await clientOf(served.link);
  await until(() => served.accepted.length === 1, { what: 'the connection' });
  const end = await served.link.impose({ kind: 'half-open', silent: 'to-server', reset: true });
  client[Symbol.dispose]();
  using other = await clientOf(served.link);
  await until(() => served.accepted.length === 2, { what: 'another connection' });
  expect(served.accepted[0]?.destroyed).toBe(false);
  expect(other.closed()).toBe(false);
  await end();
  await until(() => served.accepted.every(socket => socket.destroyed), { what: 'both broken' });
});

const LONG = Array.from({ length: 500 }, (_, n) => `${n},`).join('');

test.each([
  { kind: 'delay', latencyMs: 20, jitterMs: 20 },
  { kind: 'pieces', bytes: 100, pauseMs: 0 },
] as const)('with $kind, bytes arrive whole and in order', async behaviour => {
  await using served = await echo(() => 0.5);
  using client = await clientOf(served.link);
  await served.link.impose(behaviour);
  client.socket.write(LONG);
  await hears(client, LONG);
  expect(served.link.bytes).toBe(2 * LONG.length);
});

test('reordered connections overtake each other', async () => {
  // Each connection draws its share of the delay when it is made.
  const shares = [1, 0];
  await using served = await echo(() => shares.shift() ?? 0);
  using slow = await clientOf(served.link);
  await until(() => served.accepted.length === 1, { what: 'the first' });
  using quick = await clientOf(served.link);
  await until(() => served.accepted.length === 2, { what: 'the second' });
  await served.link.impose({ kind: 'reorder', upToMs: 300 });
  const order: string[] = [];
  slow.socket.on('data', () => order.push('slow'));
  quick.socket.on('data', () => order.push('quick'));
  slow.socket.write('first');
  quick.socket.write('second');
  await until(() => order.length === 2, { what: 'both' });
  expect(order).toEqual(['quick', 'slow']);
});

test('of two faults at a time the one that ends leaves the other in place, and mending ends both', async () => {
  await using served = await echo();
  using client = await clientOf(served.link);
  const silent = { kind: 'half-open', silent: 'to-server', reset: false } as const;
  await served.link.impose(silent);
  const end = await served.link.impose({ kind: 'delay', latencyMs: 1, jitterMs: 0 });
  client.socket.write('through');
  await hears(client, 'through');
  await end();
  client.socket.write('!');
  await until(() => served.link.bytes === 15, { what: 'what is held back' });
  expect(client.said()).toBe('through');
  await served.link.mend();
  await hears(client, 'through!');
});
