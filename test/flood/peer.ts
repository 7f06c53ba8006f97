import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Flooding } from './attack.ts';

/** Attackers wait so long before they come again after they were refused: as fast as they can, but not for nothing. */
const AGAIN_MS = 5;

/** `count` attackers, each beginning again whenever it is through, until the time is over. */
export async function many(
  flooding: Flooding,
  count: number,
  one: (peer: number) => Promise<void>,
): Promise<void> {
  const scaled = Math.max(1, Math.round(count * flooding.scale));
  await Promise.all(
    Array.from({ length: scaled }, async (_, peer) => {
      while (!flooding.signal.aborted) {
        await one(peer).catch(() => {});
        await delay(AGAIN_MS);
      }
    }),
  );
}

/** A connection, counted by how it ended: the status of each answer that came, or `closed`, or `reset`. */
export async function connection(
  { host, port, sources, signal, count }: Flooding,
  peer: number,
  use: (socket: Socket) => Promise<void> | void,
): Promise<void> {
  const localAddress = sources[peer % sources.length] ?? host;
  const socket = connect({ host, port, localAddress });
  let error: string | undefined;
  let answers = 0;
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (error = code));
  socket.on('data', (chunk: Buffer) => {
    for (const [, status] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
      answers++;
      count(String(status));
    }
  });
  const end = (): unknown => socket.destroy();
  signal.addEventListener('abort', end);
  const closed = once(socket, 'close').catch(() => {});
  try {
    await Promise.race([once(socket, 'connect'), closed]);
    if (!socket.destroyed) await use(socket);
    await closed;
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
    if (answers === 0 && !signal.aborted)
      count(error === 'ECONNRESET' || error === 'EPIPE' ? 'reset' : (error ?? 'closed'));
  }
}

/** Writes until the other side takes no more, or the text has no end; resolves when it is written or the connection gone. */
export async function write(socket: Socket, text: string | Buffer): Promise<void> {
  if (socket.destroyed || socket.write(text)) return;
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
}

/** Writes a piece again and again until the connection has gone. */
export async function writeWithoutEnd(socket: Socket, piece: string | Buffer, everyMs = 0): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    await write(socket, piece);
    await delay(everyMs);
  }
}
