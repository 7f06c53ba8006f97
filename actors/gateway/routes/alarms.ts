import { createRoute, z } from '@hono/zod-openapi';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { DeclaredMode, MachineMode } from '../../../protocol/messages/machine-mode.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { Refusal, refuseInvalid } from '../http/problem.ts';

const flag = z.enum(['true', 'false']).optional();

const list = createRoute({
  method: 'get',
  path: '/api/v1/alarms',
  summary: 'Alarms as they are now, worst first',
  middleware: [needs('see')] as const,
  request: {
    query: z.strictObject({
      all: flag.describe('also those that are normal or put aside; default false'),
      state: z
        .union([z.enum(AlarmState), z.array(z.enum(AlarmState))])
        .optional()
        .describe('only these; may be repeated'),
      area: AlarmId.optional().describe('only those of this area and below'),
    }),
  },
  responses: {
    200: json(
      z.strictObject({
        revision: z.int().describe('equal for equal contents; ALARM has this sequence'),
        mode: MachineMode.optional(),
        rules: z.int().optional().describe('version of the rules in force'),
        alarms: z.array(AlarmChange),
      }),
      'the list',
    ),
    ...refusals,
  },
});

const mode = createRoute({
  method: 'get',
  path: '/api/v1/mode',
  summary: 'The machine mode, and those that the rules declare',
  middleware: [needs('see')] as const,
  responses: {
    200: json(
      z.strictObject({
        mode: MachineMode.optional().describe('not there while nobody has said one'),
        declared: z.array(DeclaredMode),
      }),
      'the mode',
    ),
    ...refusals,
  },
});

/** The id may be written with its slashes, or with %2F for them. */
export const ALARM_PATH = '/api/v1/alarms/:id{.+}';

const one = createRoute({
  method: 'get',
  path: '/api/v1/alarms/{id}',
  summary: 'One alarm with its guidance; the slashes of its id may stand as they are',
  request: { params: z.strictObject({ id: AlarmId }) },
  responses: { 200: json(AlarmChange, 'the alarm'), ...refusals },
});

export function alarmRoutes({ views }: Services): GatewayApp {
  const app = routes();
  const { alarms } = views;
  app.openapi(list, c => {
    const { all, state, area } = c.req.valid('query');
    const { revision, mode, rules } = alarms;
    const shown = alarms.list({
      all: all === 'true',
      states: state === undefined ? undefined : [state].flat(),
      area,
    });
    return c.json(
      { revision, ...(mode ? { mode } : {}), ...(rules ? { rules: rules.version } : {}), alarms: shown },
      200,
    );
  });
  app.openapi(mode, c => {
    const { mode, rules } = alarms;
    return c.json({ ...(mode ? { mode } : {}), declared: [...(rules?.modes ?? [])] }, 200);
  });
  // A parameter with slashes is not something OpenAPI can say, so route and description stand apart.
  app.openAPIRegistry.registerPath(one);
  app.get(ALARM_PATH, needs('see'), c => {
    const id = alarmIdOf(c.req.param('id'));
    const alarm = alarms.find(id);
    if (!alarm) throw new Refusal('ALARM_UNKNOWN', `nothing has been heard of an alarm ${id}`);
    return c.json(alarm, 200);
  });
  return app;
}

/** @throws SpillwayError REQUEST_INVALID */
export function alarmIdOf(text: string): AlarmId {
  const parsed = AlarmId.safeParse(text);
  return parsed.success ? parsed.data : refuseInvalid(parsed.error, 'id');
}
