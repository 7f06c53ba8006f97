import { upgradeWebSocket } from '@hono/node-server';
import { createRoute } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { WebSocket } from 'ws';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, type GatewayEnv, refusals, routes } from '../http/env.ts';
import { allowed, credentialsOf, needs } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';

/** A page of somebody else can open a WebSocket to us, with our cookies: only the Origin tells. */
const ownOrigin: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin !== undefined && !c.get('origins').includes(origin))
    throw new SpillwayError('ORIGIN_REFUSED', `a page of ${origin.slice(0, 200)} may not look`);
  await next();
};

const described = createRoute({
  method: 'get',
  path: '/api/v1/live',
  summary: 'A WebSocket that tells what happens: protocol/live.ts describes its messages',
  responses: { 101: { description: 'from here on it is a WebSocket' }, ...refusals },
});

/** `GET /api/v1/live`: the WebSocket over which pages hear what happens (protocol/live.ts), by the same door as all requests. */
export function liveRoutes({ live, sessions, places }: Services): GatewayApp {
  const app = routes();
  app.openAPIRegistry.registerPath(described);
  app.get(
    described.path,
    needs('see'),
    ownOrigin,
    async (c, next) => {
      if (live.isFull(c.get('address')))
        throw new Refusal('RATE_EXCEEDED', 'there are too many viewers', {
          headers: { 'retry-after': '10' },
        });
      await next();
    },
    upgradeWebSocket(c => {
      const address = c.get('address');
      const credentials = credentialsOf(c);
      const bySession = allowed(c, 'see').by === 'session';
      const mayLook = () => !bySession || sessions.holds(credentials);
      places.hold(c.env.incoming.socket);
      return { onOpen: (_event, { raw }) => live.join(raw as WebSocket, address, mayLook) };
    }),
    () => {
      throw new Refusal('REQUEST_INVALID', 'this is a WebSocket', {
        status: 426,
        headers: { upgrade: 'websocket' },
      });
    },
  );
  return app;
}
