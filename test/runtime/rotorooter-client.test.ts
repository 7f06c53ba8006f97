import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { encodeReply } from '../../protocol/rotorooter/rotorooter.ts';
import { RotorooterLink } from '../../runtime/rotorooter-client.ts';

const SOURCE = 'SPILL@1';

/** A stand-in for a daemon that behaves as told, once the client has said who it is. */
async function standIn(behave: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => undefined));
    socket.once('data', () => behave(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const ok = (lastOnDisk: number): Uint8Array => encodeReply({ status: 'ok', lastOnDisk, text: '' });
const records = [1, 2, 3].map(sequence => ({ sequence, bytes: new Uint8Array(4) }));

test('a daemon that is not there is away, and worth another try', async () => {
  const { port } = await standIn(() => undefined).then(async server => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  const connecting = RotorooterLink.connect({ host: '127.0.0.1', port, source: SOURCE, timeoutMs: 1000 });
  await expect(connecting).rejects.toMatchObject({ code: 'ROTOROOTER_AWAY', retry: true });
});

test('a daemon that accepts and says nothing is away after the time-out', async () => {
  await using daemon = await standIn(() => undefined);
  const connecting = RotorooterLink.connect({
    host: '127.0.0.1',
    port: daemon.port,
    source: SOURCE,
    timeoutMs: 50,
  });
  await expect(connecting).rejects.toMatchObject({
    code: 'ROTOROOTER_AWAY',
    message: expect.stringContaining('silent for 50 ms'),
  });
});

test('records in flight when the connection breaks are not promised, those answered are', async () => {
  await using daemon = await standIn(socket => {
    socket.write(ok(0));
    socket.once('data', () => socket.end(ok(1)));
  });
  await using link = await RotorooterLink.connect({
    host: '127.0.0.1',
    port: daemon.port,
    source: SOURCE,
    timeoutMs: 5000,
  });
  await expect(link.send(records)).rejects.toMatchObject({ code: 'ROTOROOTER_AWAY' });
  expect(link.lastOnDisk).toBe(1);
  await expect(link.send(records)).rejects.toBe(link.broken);
});

test('an answer that is no answer is told as such', async () => {
  await using daemon = await standIn(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const connecting = RotorooterLink.connect({
    host: '127.0.0.1',
    port: daemon.port,
    source: SOURCE,
    timeoutMs: 5000,
  });
  await expect(connecting).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
});

test('aborting ends a wait at once', async () => {
  await using daemon = await standIn(socket => socket.write(ok(7)));
  const stop = new AbortController();
  await using link = await RotorooterLink.connect({
    host: '127.0.0.1',
    port: daemon.port,
    source: SOURCE,
    timeoutMs: 60_000,
    signal: stop.signal,
  });
  expect(link.lastOnDisk).toBe(7);
  const sending = link.send(records);
  stop.abort();
  await expect(sending).rejects.toMatchObject({ code: 'ROTOROOTER_AWAY' });
});
