import { type TcpProxy, tcpProxy } from '../../helpers/tcp-proxy.ts';

/** The lines between the servers of a cluster, one for each direction in which one calls another. */
export interface RouteProxies extends AsyncDisposable {
  /** Ports under which a server reaches the others. */
  routesOf(node: number): readonly number[];
  /** Lets no byte through between one server and the others; connections stay open, as where a switch has died. */
  isolate(node: number): void;
  /** Undoes `isolate`. */
  rejoin(node: number): Promise<void>;
}

/** @param ports where the servers take routes */
export async function routeProxies(ports: readonly number[]): Promise<RouteProxies> {
  await using owned = new AsyncDisposableStack();
  const lines: { readonly from: number; readonly to: number; readonly proxy: TcpProxy }[] = [];
  for (const from of ports.keys())
    for (const [to, port] of ports.entries())
      if (from !== to) lines.push({ from, to, proxy: owned.use(await tcpProxy(port)) });
  const isolated = new Set<number>();
  const touches = (node: number) => lines.filter(({ from, to }) => from === node || to === node);
  const kept = owned.move();
  return {
    routesOf: node => lines.filter(({ from }) => from === node).map(({ proxy }) => proxy.port),
    isolate(node) {
      isolated.add(node);
      for (const { proxy } of touches(node)) proxy.hang();
    },
    async rejoin(node) {
      isolated.delete(node);
      const free = touches(node).filter(({ from, to }) => !isolated.has(from) && !isolated.has(to));
      await Promise.all(free.map(({ proxy }) => proxy.mend()));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
