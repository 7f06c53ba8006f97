import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { Attack, Flooding } from './attack.ts';
import { head } from './head.ts';
import { connection, many, write, writeWithoutEnd } from './peer.ts';

/** Both servers are attacked by these; they differ in what a body is. */
export interface Bodies {
  readonly type: string;
  readonly small: string;
  /** About as long as the server allows, and good. */
  readonly large: string;
  readonly deep: string;
}

const IDLE = 5_000;
const SLOW = 200;
const FAST = 32;
/** What the bombs inflate to. */
const BOMB_BYTES = 256 * 1024 * 1024;
const PIPELINED = 500;

const post = (
  flooding: Flooding,
  peer: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
) =>
  connection(flooding, peer, async socket => {
    socket.once('data', () => socket.end());
    const length = { 'Content-Length': Buffer.byteLength(body), ...headers };
    await write(socket, head(flooding, 'POST', length));
    await write(socket, body);
  });

export function commonAttacks({ type, small, large, deep }: Bodies): Attack[] {
  const typed = { 'Content-Type': type };
  const bomb = gzipSync(Buffer.concat([Buffer.from(small.slice(0, 20)), Buffer.alloc(BOMB_BYTES, ' ')]));
  const chunked = { ...typed, 'Transfer-Encoding': 'chunked' };
  return [
    {
      name: 'idle connections',
      run: flooding => many(flooding, IDLE, peer => connection(flooding, peer, () => {})),
    },
    {
      name: 'slow headers',
      run: flooding =>
        many(flooding, SLOW, peer =>
          connection(flooding, peer, async socket => {
            await write(socket, head(flooding, 'POST', typed).slice(0, -2));
            await writeWithoutEnd(socket, 'X-A: 1\r\n', 200);
          }),
        ),
    },
    {
      name: 'slow bodies',
      run: flooding =>
        many(flooding, SLOW, peer =>
          connection(flooding, peer, async socket => {
            await write(socket, head(flooding, 'POST', { ...typed, 'Content-Length': small.length + 1000 }));
            await write(socket, small.slice(0, 10));
            await writeWithoutEnd(socket, ' ', 200);
          }),
        ),
    },
    {
      name: 'a connection for each request',
      run: flooding => many(flooding, FAST, peer => post(flooding, peer, small, typed)),
    },
    {
      name: 'requests without end on few connections',
      run: flooding =>
        many(flooding, FAST / 2, peer =>
          connection(flooding, peer, async socket => {
            const request = head(flooding, 'POST', { ...typed, 'Content-Length': small.length }) + small;
            while (!socket.destroyed && socket.writable) {
              await write(socket, request);
              await Promise.race([once(socket, 'data'), once(socket, 'close')]);
            }
          }),
        ),
    },
    {
      name: 'pipelined, answers not read',
      run: flooding =>
        many(flooding, FAST / 2, peer =>
          connection(flooding, peer, async socket => {
            socket.pause();
            const request = head(flooding, 'POST', { ...typed, 'Content-Length': small.length }) + small;
            await writeWithoutEnd(socket, request.repeat(PIPELINED));
          }),
        ),
    },
    {
      name: 'huge bodies',
      run: flooding =>
        many(flooding, FAST, peer =>
          connection(flooding, peer, async socket => {
            const announced = peer % 2 === 0;
            await write(
              socket,
              head(flooding, 'POST', announced ? { ...typed, 'Content-Length': 1e9 } : chunked),
            );
            const piece = ' '.repeat(65_536);
            await writeWithoutEnd(socket, announced ? piece : `10000\r\n${piece}\r\n`);
          }),
        ),
    },
    {
      name: 'bodies at the limit',
      run: flooding => many(flooding, FAST, peer => post(flooding, peer, large, typed)),
    },
    {
      name: 'deeply nested bodies',
      run: flooding => many(flooding, FAST, peer => post(flooding, peer, deep, typed)),
    },
    {
      name: 'compressed bombs',
      run: flooding =>
        many(flooding, FAST, peer => post(flooding, peer, bomb, { ...typed, 'Content-Encoding': 'gzip' })),
    },
  ];
}
