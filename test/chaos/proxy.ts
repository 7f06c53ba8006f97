import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Milliseconds } from '../../protocol/time.ts';
import { Flow } from './flow.ts';

/** How a link misbehaves. */
export type Behaviour =
  /** Breaks every connection and takes no new one. */
  | { readonly kind: 'cut' }
  /** Every byte comes later, in its order. */
  | { readonly kind: 'delay'; readonly latencyMs: Milliseconds; readonly jitterMs: Milliseconds }
  /** One direction is silent while the connection stays open; at the end what was held back comes, or the connection is reset. */
  | { readonly kind: 'half-open'; readonly silent: Direction; readonly reset: boolean }
  /** Few bytes at a time. */
  | { readonly kind: 'pieces'; readonly bytes: number; readonly pauseMs: Milliseconds }
  /** Every connection has a delay of its own, so that what was sent first on one arrives after what was sent later on another. */
  | { readonly kind: 'reorder'; readonly upToMs: Milliseconds };

export type Direction = 'to-server' | 'to-client';

/** What stands between a client and a server, and can misbehave. */
export interface Link extends AsyncDisposable {
  readonly port: number;
  /** Bytes passed on so far. */
  readonly bytes: number;
  /**
   * Misbehaves until what comes back is called. Of several at a time the latest counts; the others go on where it ends.
   */
  impose(behaviour: Behaviour): Promise<() => Promise<void>>;
  /** As it was at first, whatever had been imposed. */
  mend(): Promise<void>;
}

interface Pair {
  readonly sockets: readonly [client: Socket, server: Socket];
  readonly flows: Readonly<Record<Direction, Flow>>;
  /** Uniform in [0, 1): its share of the delays by which connections overtake each other. */
  readonly share: number;
}

/** Passes bytes on to a port of this machine. */
export async function openLink(target: number, random: () => number = Math.random): Promise<Link> {
  const pairs = new Set<Pair>();
  const imposed: Behaviour[] = [];
  let bytes = 0;
  const current = () => imposed.at(-1);

  const isSilent = (direction: Direction) => {
    const behaviour = current();
    return behaviour?.kind === 'half-open' && behaviour.silent === direction;
  };
  const end = (pair: Pair) => {
    pairs.delete(pair);
    for (const flow of Object.values(pair.flows)) flow.end();
    for (const socket of pair.sockets) socket.destroy();
  };
  const adjust = ({ flows, share }: Pair) => {
    for (const [direction, flow] of Object.entries(flows))
      flow.set(mannerOf(current(), direction, share, random));
  };
  const join = (client: Socket) => {
    const server = connect(target, '127.0.0.1');
    const count = (chunk: Buffer) => (bytes += chunk.length);
    const pair: Pair = {
      sockets: [client, server],
      flows: { 'to-server': new Flow(client, server, count), 'to-client': new Flow(server, client, count) },
      share: random(),
    };
    pairs.add(pair);
    adjust(pair);
    for (const [socket, towards] of [
      [client, 'to-server'],
      [server, 'to-client'],
    ] as const) {
      socket.setNoDelay(true);
      // What follows is the close.
      socket.on('error', () => {});
      // Over a silent line not even the end of a connection is heard.
      socket.on('close', () => isSilent(towards) || end(pair));
    }
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const breakAll = () => {
    for (const pair of pairs) for (const socket of pair.sockets) socket.resetAndDestroy();
  };
  const shut = async () => {
    const closed = server && once(server, 'close');
    server?.close();
    server = undefined;
    breakAll();
    await closed;
  };
  const follow = async () => {
    if (current()?.kind === 'cut') return shut();
    server ??= await listen(port);
    for (const pair of pairs) {
      const halfClosed = pair.sockets.some(socket => socket.destroyed);
      if (halfClosed && current()?.kind !== 'half-open') end(pair);
      else adjust(pair);
    }
  };
  return {
    port,
    get bytes() {
      return bytes;
    },
    async impose(behaviour) {
      imposed.push(behaviour);
      await follow();
      return async () => {
        const at = imposed.indexOf(behaviour);
        if (at < 0) return;
        imposed.splice(at, 1);
        if (behaviour.kind === 'half-open' && behaviour.reset) breakAll();
        await follow();
      };
    },
    async mend() {
      imposed.length = 0;
      await follow();
    },
    [Symbol.asyncDispose]: shut,
  };
}

/** How bytes go in one direction of one connection. */
function mannerOf(behaviour: Behaviour | undefined, direction: string, share: number, random: () => number) {
  switch (behaviour?.kind) {
    case 'delay': {
      const { latencyMs, jitterMs } = behaviour;
      return { delayMs: () => latencyMs + jitterMs * random() };
    }
    case 'half-open':
      return behaviour.silent === direction ? { silent: true } : {};
    case 'pieces':
      return { pieces: behaviour };
    case 'reorder':
      return { delayMs: () => share * behaviour.upToMs };
    case 'cut':
    case undefined:
    default:
      return {};
  }
}
