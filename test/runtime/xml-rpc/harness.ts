import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { encodeCall, type XmlRpcValue } from '../../../protocol/xml-rpc/xml-rpc.ts';
import type { ServerLimits, XmlRpcMethod, XmlRpcServerOptions } from '../../../runtime/xml-rpc/options.ts';
import { XmlRpcServer } from '../../../runtime/xml-rpc/server.ts';

/** Some containers have no IPv6, not even on loopback. */
export const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some(network => network?.address === '::1');

export const method = (handler: XmlRpcMethod['handler']): XmlRpcMethod => ({ handler });

/** Gives back what it is given: one value, or the array of several. */
export const echo: XmlRpcMethod = {
  signature: [['array', 'string']],
  help: 'Gives its parameters back.',
  handler: async params => (params.length === 1 ? (params[0] as XmlRpcValue) : params),
};

export interface TestServer extends AsyncDisposable {
  readonly server: XmlRpcServer;
  readonly url: string;
  readonly refusals: { reason: ErrorCode; detail: string; error: unknown }[];
  reasons(): ErrorCode[];
}

export async function startServer(
  options: Partial<Omit<XmlRpcServerOptions, 'limits'>> = {},
  limits: Partial<ServerLimits> = {},
): Promise<TestServer> {
  const refusals: TestServer['refusals'] = [];
  const server = await XmlRpcServer.listen({
    methods: new Map([['echo', echo]]),
    limits: { closeMs: 2000, ...limits },
    onRefused: (reason, detail, error) => refusals.push({ reason, detail, error }),
    ...options,
  });
  return {
    server,
    url: server.url,
    refusals,
    reasons: () => refusals.map(({ reason }) => reason),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export const post = (
  url: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'Content-Type': 'text/xml', ...headers },
  });

export const echoCall = (...params: XmlRpcValue[]): Uint8Array => encodeCall('echo', params);

export interface RawConnection extends Disposable {
  readonly socket: Socket;
  /** All that has come so far. */
  text(): string;
  /** Everything that came, when the other side has closed. */
  readonly ended: Promise<string>;
}

/** A bare TCP connection, for callers that do not behave. */
export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''));
  let text = '';
  socket.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return {
    socket,
    text: () => text,
    ended: once(socket, 'close').then(() => text),
    [Symbol.dispose]: () => socket.destroy(),
  };
}
