import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Services } from '../gateway.ts';
import { CursorText, NOW } from '../history/cursor.ts';
import { type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { refuseInvalid } from '../http/problem.ts';
import { whileWaiting } from '../http/while-waiting.ts';
import { alarmIdOf } from './alarms.ts';

const Query = z.strictObject({
  before: CursorText.optional()
    .describe('older than this: `next` of the page before, or a time; default: now')
    .openapi({ type: 'string' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const Page = z
  .strictObject({
    changes: z.array(AlarmChange).describe('the latest first'),
    next: z.string().optional().describe('`before` of the next page; not there on the last one'),
  })
  .openapi('AlarmHistory');

const responses = { 200: json(Page, 'a page'), ...refusals };
const all = createRoute({
  method: 'get',
  path: '/api/v1/alarm-history',
  summary: 'Changes of all alarms, from the store',
  middleware: [needs('see')] as const,
  request: { query: Query },
  responses,
});
const ofOne = createRoute({
  method: 'get',
  path: '/api/v1/alarms/{id}/history',
  summary: 'Changes of one alarm, from the store; the slashes of its id may stand as they are',
  request: { params: z.strictObject({ id: AlarmId }), query: Query },
  responses,
});

/** What alarms did before anybody looked: as far back as the store goes. */
export function alarmHistoryRoutes({ views, history }: Services): GatewayApp {
  const app = routes();
  app.openapi(all, c => answer(c, undefined, c.req.valid('query')));
  // A parameter with slashes is not something OpenAPI can say, so route and description stand apart.
  app.openAPIRegistry.registerPath(ofOne);
  app.get('/api/v1/alarms/:path{.+/history}', needs('see'), async (c, next) => {
    const path = c.req.param('path');
    // An alarm may have that name itself.
    const isAlarm = AlarmId.safeParse(path).data;
    if (isAlarm !== undefined && views.alarms.find(isAlarm)) return next();
    const query = Query.safeParse(c.req.query());
    if (!query.success) return refuseInvalid(query.error, 'query');
    return answer(c, alarmIdOf(path.slice(0, -'/history'.length)), query.data);
  });
  return app;

  async function answer(
    c: Context<GatewayEnv>,
    alarm: AlarmId | undefined,
    { before = NOW, limit }: z.output<typeof Query>,
  ) {
    const { changes, next } = await whileWaiting(c, signal => history.page(alarm, before, limit, signal));
    return c.json({ changes, ...(next === undefined ? {} : { next }) }, 200);
  }
}
