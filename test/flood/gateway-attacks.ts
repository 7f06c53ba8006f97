import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Attack, Flooding } from './attack.ts';
import { commonAttacks } from './common-attacks.ts';
import { head } from './head.ts';
import { connection, many, write, writeWithoutEnd } from './peer.ts';

const WEB_SOCKETS = 2_000;
const READERS = 200;
const FAST = 32;

const note = (text: string): string => JSON.stringify({ note: text });

/** A WebSocket that is opened and held, counted by the status of a refusal or the code it is closed with. */
async function webSocket(flooding: Flooding, peer: number, use: (socket: WebSocket) => void): Promise<void> {
  const { host, port, sources, token, signal, count } = flooding;
  const localAddress = sources[peer % sources.length] ?? host;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`ws://${host}:${port}/api/v1/live`, { localAddress, headers });
  const end = (): void => socket.terminate();
  signal.addEventListener('abort', end);
  socket.on('error', () => {});
  socket.on('unexpected-response', (_, response) => {
    count(String(response.statusCode));
    socket.terminate();
  });
  socket.on('open', () => {
    count('101');
    use(socket);
  });
  const [code] = (await once(socket, 'close')) as [number];
  signal.removeEventListener('abort', end);
  if (!signal.aborted) count(`close ${code}`);
}

const upgrade = (flooding: Flooding): string =>
  head({ ...flooding, path: '/api/v1/live' }, 'GET', {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': 13,
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  });

const without = (flooding: Flooding): Flooding => ({ ...flooding, token: undefined });

const signIn = (flooding: Flooding, peer: number): Promise<void> =>
  connection(flooding, peer, async (socket: Socket) => {
    socket.once('data', () => socket.end());
    const body = JSON.stringify({ name: 'maria', password: `guess ${peer} ${Math.random()}` });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    await write(socket, head({ path: '/api/v1/session' }, 'POST', headers) + body);
  });

export const gatewayAttacks: readonly Attack[] = [
  ...commonAttacks({
    type: 'application/json',
    small: note('x'),
    large: note('x'.repeat(255 * 1024)),
    deep: '['.repeat(120_000) + ']'.repeat(120_000),
  }),
  {
    name: 'requests of nobody',
    run: flooding =>
      many(flooding, FAST, peer =>
        connection(flooding, peer, async socket => {
          const request = head({ path: '/api/v1/alarms' }, 'GET', {});
          while (!socket.destroyed && socket.writable) {
            await write(socket, request);
            await Promise.race([once(socket, 'data'), once(socket, 'close')]);
          }
        }),
      ),
  },
  { name: 'guessed passwords', run: flooding => many(flooding, FAST, peer => signIn(flooding, peer)) },
  {
    name: 'guessed tokens',
    run: flooding =>
      many(flooding, FAST, peer =>
        connection(flooding, peer, async socket => {
          socket.once('data', () => socket.end());
          await write(socket, head({ path: '/api/v1/alarms', token: `spw_guess${peer}` }, 'GET', {}));
        }),
      ),
  },
  {
    name: 'idle WebSockets',
    run: flooding => many(flooding, WEB_SOCKETS, peer => webSocket(flooding, peer, () => {})),
  },
  {
    name: 'WebSockets that talk without end',
    run: flooding =>
      many(flooding, FAST, peer =>
        webSocket(flooding, peer, socket => {
          const talk = (): void => {
            if (socket.readyState === WebSocket.OPEN)
              socket.send('x'.repeat(4_000), () => setImmediate(talk));
          };
          talk();
        }),
      ),
  },
  {
    name: 'upgrades without credentials',
    run: flooding => many(flooding, FAST, peer => webSocket(without(flooding), peer, () => {})),
  },
  {
    name: 'upgrades that are broken off',
    run: flooding =>
      many(flooding, FAST, peer =>
        connection(flooding, peer, async socket => {
          await write(socket, upgrade(flooding));
          socket.destroy();
        }),
      ),
  },
  {
    name: 'slow readers',
    run: flooding =>
      many(flooding, READERS, peer =>
        connection(flooding, peer, async socket => {
          socket.pause();
          await writeWithoutEnd(
            socket,
            head({ ...flooding, path: '/openapi.json' }, 'GET', {}).repeat(20),
            50,
          );
        }),
      ),
  },
];
