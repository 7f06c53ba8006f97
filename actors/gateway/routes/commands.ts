import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { CommandResult } from '../../../protocol/messages/alarm-command.ts';
import type { Principal } from '../auth/role.ts';
import type { Giver, Words } from '../commander.ts';
import type { Services } from '../gateway.ts';
import { body, type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { allowed, needs } from '../http/identity.ts';
import { Refusal, refuseInvalid } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { alarmIdOf } from './alarms.ts';
import { commandId, isVerb, text, VERBS, type VerbName } from './verbs.ts';

const Done = z
  .strictObject({
    command: z.uuid(),
    message: z.string(),
    alarm: AlarmChange.optional().describe('as it is now'),
  })
  .openapi('Done');
const Waiting = z
  .strictObject({ command: z.uuid(), message: z.string() })
  .openapi('Waiting')
  .describe('stored, and not answered yet: ask /api/v1/commands/{command} later');

const outcomes = {
  200: json(Done, 'done'),
  202: json(Waiting, 'stored, and not answered yet'),
  ...refusals,
};

const setMode = createRoute({
  method: 'post',
  path: '/api/v1/mode',
  summary: 'Sets the machine mode, or lets it be recognised from the readings again',
  middleware: [needs('manage')] as const,
  request: body(
    z.strictObject({
      ...commandId,
      mode: text(100).describe('as the rules name it; empty: recognise it again'),
      reason: text().min(1),
    }),
  ),
  responses: outcomes,
});

const resultOf = createRoute({
  method: 'get',
  path: '/api/v1/commands/{id}',
  summary: 'What became of a command',
  middleware: [needs('see')] as const,
  request: { params: z.strictObject({ id: z.uuid() }) },
  responses: { 200: json(CommandResult, 'its result'), ...refusals },
});

const describeVerb = (verb: VerbName) =>
  createRoute({
    method: 'post',
    path: `/api/v1/alarms/{id}/${verb}`,
    summary: VERBS[verb].summary,
    request: { params: z.strictObject({ id: AlarmId }), ...body(VERBS[verb].schema) },
    responses: outcomes,
  });

/** Who gives a command, as it stands in the record. */
export const giverOf = (
  c: Context<GatewayEnv>,
  { name }: Principal,
  origin: Giver['origin'] = 'gateway',
): Giver => ({
  by: name,
  from: c.get('address'),
  origin,
});

export function commandRoutes({ views, commander }: Services): GatewayApp {
  const app = routes();

  async function give(c: Context<GatewayEnv>, words: Words, principal: Principal) {
    const { id, result } = await commander.give(words, giverOf(c, principal));
    if (!result)
      return c.json(
        { command: id, message: 'stored; nobody has answered yet, and it takes effect when somebody does' },
        202,
      );
    const alarm = await commander.shown(result);
    return c.json({ command: id, message: result.message, ...(alarm ? { alarm } : {}) }, 200);
  }

  for (const verb of Object.keys(VERBS) as VerbName[]) app.openAPIRegistry.registerPath(describeVerb(verb));
  app.post('/api/v1/alarms/:path{.+}', async c => {
    const path = c.req.param('path');
    const cut = path.lastIndexOf('/');
    const verb = path.slice(cut + 1);
    if (cut < 0 || !isVerb(verb)) return c.notFound();
    const principal = allowed(c, VERBS[verb].permission);
    const alarm = alarmIdOf(path.slice(0, cut));
    const parsed = VERBS[verb].schema.safeParse(await readJson(c));
    if (!parsed.success) return refuseInvalid(parsed.error, 'body');
    return give(c, { ...parsed.data, kind: verb, alarm }, principal);
  });
  app.openapi(setMode, c => {
    const principal = allowed(c, 'manage');
    return give(c, { ...c.req.valid('json'), kind: 'set-mode' }, principal);
  });
  app.openapi(resultOf, c => {
    const { id } = c.req.valid('param');
    const result = views.results.find(id);
    if (!result)
      throw new Refusal('REQUEST_INVALID', `nothing is known of a command ${id}, or it is not answered yet`, {
        status: 404,
      });
    return c.json(result, 200);
  });
  return app;
}
