import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { PanelData, PanelQuery, Region } from '../../../protocol/panel-query.ts';
import type { ServedBoard } from '../boards/catalog.ts';
import type { Services } from '../gateway.ts';
import { looksOnly } from '../http/audit.ts';
import { type Body, send } from '../http/body.ts';
import { body, type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';
import { whileWaiting } from '../http/while-waiting.ts';

/** What ClickHouse's DateTime can hold. */
const LATEST_MS = Date.UTC(2100, 0);

const Asked = PanelQuery.refine(({ fromMs, toMs }) => fromMs < toMs, {
  path: ['toMs'],
  error: 'must be later than fromMs',
}).refine(({ toMs }) => toMs < LATEST_MS, { path: ['toMs'], error: 'must be before the year 2100' });

const list = createRoute({
  method: 'get',
  path: '/api/v1/boards',
  summary: 'Boards that can be shown',
  middleware: [needs('see')] as const,
  responses: {
    200: json(
      z.strictObject({
        boards: z.array(
          z.strictObject({
            uid: z.string(),
            title: z.string(),
            description: z.string(),
            tags: z.array(z.string()),
          }),
        ),
      }),
      'the list',
    ),
    ...refusals,
  },
});
const uid = z.string().min(1).max(200);
const one = createRoute({
  method: 'get',
  path: '/api/v1/boards/{uid}',
  summary: "A board, as Grafana's classic dashboard JSON",
  middleware: [needs('see')] as const,
  request: { params: z.strictObject({ uid }) },
  responses: { 200: json(z.looseObject({ uid: z.string() }), 'the board'), ...refusals },
});
const panel = createRoute({
  method: 'post',
  path: '/api/v1/boards/{uid}/panels/{id}/query',
  summary: 'Runs the queries of a panel; one that fails has `error` in its frame',
  middleware: [needs('see'), looksOnly] as const,
  request: { params: z.strictObject({ uid, id: z.coerce.number().int() }), ...body(Asked) },
  responses: { 200: json(PanelData, 'a frame for each query'), ...refusals },
});
const variables = createRoute({
  method: 'post',
  path: '/api/v1/boards/{uid}/variables',
  summary: 'Values that the variables of a board can take',
  middleware: [needs('see'), looksOnly] as const,
  request: { params: z.strictObject({ uid }), ...body(Asked) },
  responses: { 200: json(z.record(z.string(), z.array(z.string())), 'by name'), ...refusals },
});
const annotations = createRoute({
  method: 'post',
  path: '/api/v1/boards/{uid}/annotations',
  summary: 'Times during which something was so: machine modes, alarms',
  middleware: [needs('see'), looksOnly] as const,
  request: { params: z.strictObject({ uid }), ...body(Asked) },
  responses: {
    200: json(
      z.strictObject({ regions: z.array(Region), errors: z.array(z.string()) }),
      'regions, and why some are missing',
    ),
    ...refusals,
  },
});

/** Boards and their data. SQL comes from boards only, and runs with the rights of a reader. */
export function boardRoutes({ boards, queries }: Services): GatewayApp {
  const app = routes();
  app.openapi(list, async c => {
    const found = await boards.list();
    return c.json(
      {
        boards: found.map(({ uid, title, description, tags }) => ({
          uid,
          title,
          description,
          tags: [...tags],
        })),
      },
      200,
    );
  });
  app.openapi(one, async c => sent(c, (await known(c.req.valid('param').uid)).body));
  app.openapi(panel, async c => {
    const { uid, id } = c.req.valid('param');
    const served = await known(uid);
    const found = served.board.panels.find(panel => panel.id === id);
    if (!found) throw new Refusal('REQUEST_INVALID', `board ${uid} has no panel ${id}`, { status: 404 });
    return sent(
      c,
      await whileWaiting(c, signal => queries.panel(served, found, c.req.valid('json'), signal)),
    );
  });
  app.openapi(variables, async c => {
    const served = await known(c.req.valid('param').uid);
    return sent(c, await whileWaiting(c, signal => queries.variables(served, c.req.valid('json'), signal)));
  });
  app.openapi(annotations, async c => {
    const served = await known(c.req.valid('param').uid);
    return sent(c, await whileWaiting(c, signal => queries.annotations(served, c.req.valid('json'), signal)));
  });
  return app;

  async function known(uid: string): Promise<ServedBoard> {
    const found = await boards.find(uid);
    if (!found) throw new Refusal('REQUEST_INVALID', `there is no board ${uid}`, { status: 404 });
    return found;
  }
}

/** The bytes are JSON already, which the types of a route's description cannot know. */
const sent = async (c: Context<GatewayEnv>, body: Body): Promise<never> => (await send(c, body)) as never;
