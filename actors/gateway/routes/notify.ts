import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import {
  type Notification,
  notification,
  parseNotification,
} from '../../../protocol/messages/notification.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { allowList } from '../../../runtime/xml-rpc/allow-list.ts';
import { isHttp, notificationsOf, Webhook } from '../alertmanager/webhook.ts';
import type { Services } from '../gateway.ts';
import { body, type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { allowed } from '../http/identity.ts';
import { text } from './verbs.ts';

const Told = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('told twice, it is the same notification; default: a new one'),
  source: z.string().min(1).max(100).optional().describe('default: the name that the token belongs to'),
  at: z.iso.datetime({ offset: true }).optional().describe('default: now'),
  area: AlarmId.default('outside').describe('where in the tree of areas it belongs, e.g. daq/disk'),
  title: text(300).min(1),
  text: text(4000).default(''),
  severity: z.enum(Severity).default('MINOR'),
  status: z.enum(['firing', 'resolved', 'event']).default('event').describe('an event is over as it is told'),
  key: z.string().max(200).optional().describe('ties a resolved to its firing; default: the id'),
  audience: z.array(text(100)).max(20).default([]),
  labels: z.record(z.string().max(200), z.string().max(1000)).default({}),
  link: z.string().refine(isHttp, 'must be an http or https URL').optional(),
});

const Kept = z.strictObject({
  source: z.string(),
  id: z.string(),
  duplicate: z.boolean().describe('it had been told already'),
});

const notify = createRoute({
  method: 'post',
  path: '/api/v1/notify',
  summary: 'Tells something by the same routes as alarms',
  request: body(Told),
  responses: { 200: json(Kept, 'kept, and on its way'), ...refusals },
});
const webhook = createRoute({
  method: 'post',
  path: '/api/v1/notify/alertmanager',
  summary: "Takes what Alertmanager's or Grafana's webhook sends; each alert becomes a notification",
  request: body(Webhook),
  responses: {
    200: json(z.strictObject({ notifications: z.array(Kept) }), 'kept, and on their way'),
    ...refusals,
  },
});

/** Notifications from outside: by a token, or from an address that needs none. */
export function notifyRoutes({ config, context }: Services): GatewayApp {
  const app = routes();
  const needsNoToken = allowList(config.notify.allow);
  // Before a body is looked at.
  app.use('/api/v1/notify/*', async (c, next) => {
    teller(c);
    await next();
  });

  function teller(c: Context<GatewayEnv>): string {
    const principal = c.get('principal');
    const address = c.get('address');
    if ((!principal || principal.by === 'anonymous') && needsNoToken(address)) return address;
    return allowed(c, 'notify').name;
  }

  async function keep(told: Notification, by: string) {
    const { source, id } = told;
    const { duplicate } = await context.publish({ type: notification, body: told });
    context.log.info({ audit: true, by, source, notification: id, duplicate }, 'notification');
    return { source, id, duplicate };
  }

  app.openapi(notify, async c => {
    const by = teller(c);
    const { at, ...told } = c.req.valid('json');
    const time = eventTimeFromMs(at === undefined ? context.clock() : Date.parse(at));
    const whole = parseNotification({ id: randomUUID(), source: by, ...told, at: time });
    return c.json(await keep(whole, by), 200);
  });

  app.openapi(webhook, async c => {
    const by = teller(c);
    const told = notificationsOf(c.req.valid('json'), eventTimeFromMs(context.clock()));
    return c.json({ notifications: await Promise.all(told.map(one => keep(one, by))) }, 200);
  });
  return app;
}
