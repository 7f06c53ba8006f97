import { createRoute, z } from '@hono/zod-openapi';
import { isActive } from '../../../protocol/alarm/alarm-state.ts';
import { labelsOfAlarm } from '../../../protocol/alarm/labels.ts';
import { compileMatchers } from '../../../protocol/alarm/matcher.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Services } from '../gateway.ts';
import { looksOnly } from '../http/audit.ts';
import { body, type GatewayApp, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { GivenMatchers } from './silences.ts';

/** Alarms named: enough to see whether it is what was meant. */
const NAMED = 50;

const preview = createRoute({
  method: 'post',
  path: '/api/v1/silences/preview',
  summary: 'What a silence with these matchers would hide now; makes none',
  middleware: [needs('see'), looksOnly] as const,
  request: body(z.strictObject({ matchers: GivenMatchers })),
  responses: {
    200: json(
      z.strictObject({
        known: z.int().describe('alarms that fit, whatever their state: as far as they have ever changed'),
        active: z.int().describe('of them, those with something wrong now'),
        alarms: z
          .array(AlarmChange.pick({ alarm: true, title: true, severity: true, peak: true, to: true }))
          .describe(`the active ones, worst first, ${NAMED} at most`),
      }),
      'what fits',
    ),
    ...refusals,
  },
});

/** Somebody who is about to silence something sees first what that is. */
export function silencePreviewRoutes({ views }: Services): GatewayApp {
  const app = routes();
  app.openapi(preview, c => {
    const fits = compileMatchers(c.req.valid('json').matchers);
    const known = views.alarms.list({ all: true }).filter(change => fits(labelsOfAlarm(change)));
    const active = known.filter(({ to }) => isActive(to));
    const alarms = active
      .slice(0, NAMED)
      .map(({ alarm, title, severity, peak, to }) => ({ alarm, title, severity, peak, to }));
    return c.json({ known: known.length, active: active.length, alarms }, 200);
  });
  return app;
}
