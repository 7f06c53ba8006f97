import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { createAdaptorServer, type HttpBindings, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { SpillwayError } from '../../protocol/errors.ts';
import { listening } from '../../runtime/listen.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayApp } from './http/env.ts';
import type { Places } from './http/places.ts';

/** How long calls under way may take to end once the gateway stops. */
const CLOSE_MS = 2_000;

/** A page says one thing, and that in few words. */
const MESSAGE_BYTES = 4_096;

/** A connection over which nothing comes or goes for so long is closed: clients that do not read their answer. */
const SILENT_MS = 30_000;

/** Requests of one connection that wait for their answers. */
const REQUESTS_AT_A_TIME = 16;

/** How long somebody who was refused in the middle of a request may take to read why. */
const LINGER_MS = 100;

export interface GatewayServer extends AsyncDisposable {
  /** `http://127.0.0.1:8090`, as it is listened on. */
  readonly url: string;
}

/**
 * Serves the app on a socket of its own, with limits on what a client may take: connections, headers, time.
 * @throws SpillwayError ADDRESS_UNAVAILABLE, CONFIG_UNREADABLE for a certificate that cannot be read or is none.
 */
export async function serveGateway(
  app: GatewayApp,
  config: GatewayConfig,
  places: Places,
): Promise<GatewayServer> {
  const { listen } = config;
  const server = await makeServer(app, config);
  server.on('connection', socket => places.take(socket));
  // Before the app hears of it.
  server.prependListener('request', fewAtATime());
  server.on('request', endsWithItsAnswer);
  server.setTimeout(SILENT_MS);
  let port: number;
  try {
    port = await listening(server, listen.port, listen.host);
  } catch (cause) {
    throw new SpillwayError(
      'ADDRESS_UNAVAILABLE',
      `the gateway cannot listen at ${listen.host}:${listen.port}`,
      {
        cause,
      },
    );
  }
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return {
    url: `${config.tls ? 'https' : 'http'}://${host}:${port}`,
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** Whoever has been answered before he had sent all has nothing more to say; a body without end would be read to no end. */
function endsWithItsAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    const { socket } = request;
    socket.end();
    // Closed at once, the answer would be lost to one who is still sending.
    setTimeout(() => socket.destroy(), LINGER_MS);
  });
}

/** Ends a connection on which requests come faster than they are answered: no browser and no client of ours sends so. */
function fewAtATime(): (request: IncomingMessage, response: ServerResponse) => void {
  const waiting = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > REQUESTS_AT_A_TIME) socket.destroy();
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
  };
}

async function makeServer(app: GatewayApp, { tls, limits }: GatewayConfig): Promise<Server> {
  const options = {
    maxHeaderSize: limits.header,
    headersTimeout: limits.requestTime,
    requestTimeout: limits.requestTime,
    connectionsCheckingInterval: Math.min(1_000, limits.requestTime),
    keepAliveTimeout: 5_000,
    // Another upgrade (h2c) is a request like any other.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  };
  const fetch: GatewayApp['fetch'] = (request, env, ...rest) => {
    // A connection that was ended may have sent hundreds of requests before, for which nobody waits.
    const gone = (env as HttpBindings).incoming.socket.destroyed;
    return gone ? new Response(null, { status: 503 }) : app.fetch(request, env, ...rest);
  };
  const adapted = { fetch, websocket: { server: webSocketServer() } };
  if (!tls) return createAdaptorServer({ ...adapted, serverOptions: options }) as Server;
  try {
    const [cert, key] = await Promise.all([readFile(tls.certificate), readFile(tls.key)]);
    return createAdaptorServer({
      ...adapted,
      createServer: createSecureServer,
      serverOptions: { ...options, cert, key },
    }) as Server;
  } catch (cause) {
    throw new SpillwayError('CONFIG_UNREADABLE', `${tls.certificate} or ${tls.key} cannot be used for TLS`, {
      cause,
    });
  }
}

/** Compressing would cost memory for every viewer, and bytes could be shared no more. The adaptor's types are its own. */
const webSocketServer = () =>
  new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  }) as unknown as WebSocketServerLike;

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(late);
}
