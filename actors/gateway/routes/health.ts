import { createRoute, z } from '@hono/zod-openapi';
import { Health } from '../../../protocol/messages/health.ts';
import { renderMetrics } from '../../../runtime/metrics.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';

const list = createRoute({
  method: 'get',
  path: '/api/v1/health',
  summary: 'The last heartbeat of every actor',
  middleware: [needs('see')] as const,
  responses: {
    200: json(
      z.strictObject({
        actors: z.array(
          Health.extend({ alive: z.boolean().describe('runs, and has said so within the last 15 s') }),
        ),
      }),
      'by actor',
    ),
    ...refusals,
  },
});

/** Health of the system, for people and for whatever keeps the gateway running. */
export function healthRoutes({ views, context }: Services): GatewayApp {
  const app = routes();
  const now = () => views.health.list(context.clock());
  app.openapi(list, c => c.json({ actors: now().map(({ beat, alive }) => ({ ...beat, alive })) }, 200));
  app.get('/metrics', needs('see'), async c => {
    const text = await renderMetrics(now().map(({ beat }) => beat));
    return c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.get('/healthz', c => c.text('ok\n'));
  app.get('/readyz', c =>
    views.behind.length === 0 ? c.text('ok\n') : c.text(`not seen yet: ${views.behind.join(', ')}\n`, 503),
  );
  return app;
}
