import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between a client and a server, and can be cut. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Lets no byte through in either direction, and leaves the connections open: a host that hangs. */
  hang(): void;
  /** Breaks every connection and refuses new ones: a host that is down. */
  cut(): Promise<void>;
  /** As it was at first; what was held back goes on its way. */
  mend(): Promise<void>;
}

/** Passes bytes on to a port of this machine. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let hanging = false;
  let isCut = false;
  const join = (from: Socket) => {
    // Accepted just before the server closed, which otherwise would wait for it.
    if (isCut) {
      from.destroy();
      return;
    }
    const pair = [from, connect(target, '127.0.0.1')] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    const [, to] = pair;
    for (const [source, sink] of [
      [from, to],
      [to, from],
    ] as const) {
      source.on('data', chunk => sink.write(chunk));
      source.on('error', end).on('close', end);
      if (hanging) source.pause();
    }
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    isCut = true;
    const closed = server && once(server, 'close');
    server?.close();
    server = undefined;
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    await closed;
  };
  return {
    port,
    hang() {
      hanging = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    cut,
    async mend() {
      hanging = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
      isCut = false;
      server ??= await listen(port);
    },
    [Symbol.asyncDispose]: cut,
  };
}
