import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../../helpers/until.ts';
import { echoCall, method, startServer, type TestServer } from './harness.ts';

/** A connection from another address of this machine; Linux has all of 127.0.0.0/8. */
async function from(target: TestServer, localAddress: string): Promise<Socket> {
  const socket = connect({ port: target.server.port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  return socket;
}

/** Makes a call on a connection, as a real caller does. */
async function call(socket: Socket): Promise<string> {
  const body = Buffer.from(echoCall(1));
  socket.write(`POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
  const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
  return String(answer).slice(9, 12);
}

const sockets = (...list: Socket[]): Disposable => ({
  [Symbol.dispose]: () => list.forEach(socket => socket.destroy()),
});

test('connections that only sit there give way to one that speaks, from the same address or another', async () => {
  await using target = await startServer({}, { connections: 6, connectionsPerAddress: 4 });
  const idle = [];
  for (let n = 0; n < 4; n++) idle.push(await from(target, '127.0.0.2'));
  for (let n = 0; n < 2; n++) idle.push(await from(target, '127.0.0.3'));
  using _idle = sockets(...idle);
  const same = await from(target, '127.0.0.2');
  const other = await from(target, '127.0.0.4');
  using _callers = sockets(same, other);
  expect(await call(same)).toBe('200');
  expect(await call(other)).toBe('200');
  expect(target.reasons()).toEqual(['RATE_EXCEEDED', 'RATE_EXCEEDED']);
});

test('whoever has made a good call keeps his place, however many others come', async () => {
  await using target = await startServer({}, { connections: 3, connectionsPerAddress: 2 });
  const real = await from(target, '127.0.0.2');
  using _real = sockets(real);
  expect(await call(real)).toBe('200');
  const others = [];
  for (let n = 0; n < 50; n++) others.push(await from(target, `127.0.0.${2 + (n % 9)}`));
  using _others = sockets(...others);
  expect(await call(real)).toBe('200');
});

test('a caller that leaves connections open, all of them good once, still gets a new one', async () => {
  await using target = await startServer({}, { connectionsPerAddress: 2 });
  const callers: Socket[] = [];
  for (let n = 0; n < 4; n++) {
    const caller = await from(target, '127.0.0.2');
    callers.push(caller);
    expect(await call(caller)).toBe('200');
  }
  using _callers = sockets(...callers);
  await until(() => callers.filter(({ closed }) => closed).length === 2);
  expect(callers.map(({ closed }) => closed)).toEqual([true, true, false, false]);
});

test('a crowd that comes at once does not send each other away unheard: the first are answered', async () => {
  await using target = await startServer({}, { connectionsPerAddress: 4 });
  const callers = await Promise.all(Array.from({ length: 40 }, () => from(target, '127.0.0.2')));
  using _callers = sockets(...callers);
  const answers = await Promise.all(callers.map(call));
  expect(answers.filter(status => status === '200').length).toBeGreaterThanOrEqual(4);
});

test('one who pipelines more than he may is cut off, and what he still sends costs nothing', async () => {
  await using target = await startServer({}, { requestsPerSecondPerAddress: 5 });
  const flooder = await from(target, '127.0.0.2');
  flooder.write('GET /RPC2 HTTP/1.1\r\n\r\n'.repeat(5_000));
  await once(flooder, 'close');
  expect(target.reasons()).toEqual(['RATE_EXCEEDED']);
});

test('long bodies of those who have not made a good call are read at a measured pace, and others are not kept waiting', async () => {
  const bytes = 400_000;
  await using target = await startServer({}, { strangersBytesPerSecond: 100_000 });
  const began = performance.now();
  const slow = await from(target, '127.0.0.2');
  using _slow = sockets(slow);
  const body = Buffer.from(echoCall('x'.repeat(bytes)));
  slow.write(`POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`);
  slow.write(body);
  const answered = once(slow, 'data');
  const other = await from(target, '127.0.0.3');
  using _other = sockets(other);
  expect(await call(other)).toBe('200');
  const short = performance.now() - began;
  await answered;
  // 256 KiB are free, the rest takes more than a second.
  expect(performance.now() - began).toBeGreaterThan(1_000);
  expect(short).toBeLessThan(performance.now() - began);
});

test('a real caller that has to connect again gets in though strangers of many addresses have every place', async () => {
  await using target = await startServer({}, { connections: 4, connectionsPerAddress: 2 });
  const before = await from(target, '127.0.0.2');
  expect(await call(before)).toBe('200');
  before.destroy();
  await once(before, 'close');
  const idle = [];
  for (let n = 0; n < 8; n++) idle.push(await from(target, `127.0.1.${n + 1}`));
  using _idle = sockets(...idle);
  const again = await from(target, '127.0.0.2');
  using _again = sockets(again);
  expect(await call(again)).toBe('200');
});

test('a call that is being made keeps its place until it is answered', async () => {
  const [called, release] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
  const slow = method(() => {
    called.resolve();
    return release.promise;
  });
  const methods = new Map([['echo', slow]]);
  await using target = await startServer({ methods }, { connections: 1, connectionsPerAddress: 1 });
  const caller = await from(target, '127.0.0.2');
  const answer = call(caller);
  await called.promise;
  const other = await from(target, '127.0.0.2');
  using _both = sockets(caller, other);
  if (!other.closed) await once(other, 'close');
  release.resolve(true);
  expect(await answer).toBe('200');
});

test('more calls at a time than agreed are refused with when to come again, and the others are answered', async () => {
  const release = Promise.withResolvers<boolean>();
  const slow = method(() => release.promise);
  await using target = await startServer({ methods: new Map([['echo', slow]]) }, { calls: 2 });
  const callers = await Promise.all([1, 2, 3].map(() => from(target, '127.0.0.2')));
  using _callers = sockets(...callers);
  const answers = callers.map(call);
  await until(() => target.refusals.length === 1);
  release.resolve(true);
  expect((await Promise.all(answers)).toSorted()).toEqual(['200', '200', '503']);
  expect(target.reasons()).toEqual(['RATE_EXCEEDED']);
});
