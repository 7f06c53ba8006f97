import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { STREAMS } from '../../../../protocol/subjects.ts';
import { natsFiles } from '../../../../runtime/embedded/nats/config.ts';
import { parseNatsLog } from '../../../../runtime/embedded/nats/log.ts';
import { startNatsServer } from '../../../../runtime/embedded/nats/server.ts';
import { openBucket } from '../../../../runtime/event-store/jetstream/bucket.ts';
import { isAlive } from '../../../../runtime/supervisor/process-table.ts';
import { freePort } from '../../../../runtime/up/ports.ts';
import { natsServer } from '../../../helpers/nats.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const log = pino({ level: 'silent' });
const signal = new AbortController().signal;

test('what JetStream confirmed is there after the server was killed', async () => {
  await using nats = await natsServer({ syncInterval: 'always' });
  const before = await connect({ servers: nats.url, reconnect: false });
  await (await jetstreamManager(before)).streams.add({ name: 'KEEP', subjects: ['keep.>'] });
  await jetstream(before).publish('keep.one', 'first');
  await nats.kill('SIGKILL');
  await before.closed();

  await nats.restart();
  const after = await connect({ servers: nats.url });
  const stream = await (await jetstreamManager(after)).streams.info('KEEP');
  await after.close();
  expect(stream.state.messages).toBe(1);
});

test('every stream of the table and the event store fit into the store limit at their fullest', async () => {
  const eventStoreBytes = 20 * 1024 ** 3;
  await using nats = await natsServer({ eventStoreBytes });
  const connection = await connect({ servers: nats.url });
  const { streams } = await jetstreamManager(connection);
  for (const [name, { space, maxBytes }] of Object.entries(STREAMS))
    await streams.add({ name, subjects: [`x.${space}`], max_bytes: maxBytes });
  await openBucket(connection, { name: 'x_events', maxBytes: eventStoreBytes, replicas: 1 });
  expect(await streams.names().next()).toHaveLength(Object.keys(STREAMS).length + 1);
  await connection.close();
});

test('only this machine can reach it', async () => {
  await using nats = await natsServer();
  const variables: unknown = await (await fetch(`${nats.monitorUrl}/varz`)).json();
  expect(variables).toMatchObject({ host: '127.0.0.1', http_host: '127.0.0.1' });
});

test('a server comes up whose monitoring got a port that browsers refuse to call', async () => {
  await using directory = await temporaryDirectory();
  // Of RFC 7194 and around it; the first that nobody has.
  const ports = await Promise.all([6665, 6666, 6667, 6668, 6669, 6679, 6697].map(port => freePort(port)));
  const refused = ports.find(port => port > 6660 && port < 6700);
  const server = await startNatsServer({
    storeDirectory: directory.path,
    httpPort: refused ?? 0,
    log,
    signal,
  });
  expect(new URL(server.monitorUrl).port).toBe(String(refused));
  await server.stop();
});

test('a server that cannot start says why', async () => {
  await using directory = await temporaryDirectory();
  await using taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(startNatsServer({ storeDirectory: directory.path, port, log, signal })).rejects.toMatchObject({
    code: 'NATS_SERVER_UNAVAILABLE',
    message: expect.stringContaining('address already in use'),
  });
});

test('a server left over on the same store is stopped before another one starts', async () => {
  await using directory = await temporaryDirectory();
  await using first = await startNatsServer({ storeDirectory: directory.path, log, signal });
  await using second = await startNatsServer({ storeDirectory: directory.path, log, signal });
  await first.exited;
  expect(isAlive(second.pid)).toBe(true);
});

test('a pid file that names somebody else harms nobody', async () => {
  await using directory = await temporaryDirectory();
  const bystander = spawn('sleep', ['60']);
  await writeFile(natsFiles(directory.path).pid, String(bystander.pid));
  await using _server = await startNatsServer({ storeDirectory: directory.path, log, signal });
  expect(bystander.exitCode).toBeNull();
  expect(bystander.kill()).toBe(true);
});

test('a start can be abandoned and leaves no server behind', async () => {
  await using directory = await temporaryDirectory();
  const abandoned = AbortSignal.abort(new Error('not any more'));
  const start = startNatsServer({ storeDirectory: directory.path, log, signal: abandoned });
  await expect(start).rejects.toThrow('not any more');
});

test("the server's levels become ours, and a line that is none of its own is a warning", () => {
  expect(parseNatsLog('[4242] [INF] Server is ready')).toEqual({
    level: 'debug',
    message: 'Server is ready',
  });
  expect(parseNatsLog('[4242] [ERR] no space left')).toEqual({ level: 'error', message: 'no space left' });
  expect(parseNatsLog('panic: runtime error')).toEqual({ level: 'warn', message: 'panic: runtime error' });
});
