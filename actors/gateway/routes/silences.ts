import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { parseMatcher } from '../../../protocol/alarm/matcher.ts';
import { asSpillwayError } from '../../../protocol/errors.ts';
import { Matcher } from '../../../protocol/messages/alarm-command.ts';
import { Silence, SilencePhase } from '../../../protocol/messages/silence.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { duration } from '../../../runtime/config/units.ts';
import type { Services } from '../gateway.ts';
import { body, type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { allowed, needs } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';
import { giverOf } from './commands.ts';
import { commandId, text } from './verbs.ts';

/** A matcher in one text, as people write it, or in its parts. */
const GivenMatcher = z.union([
  z.string().transform((written, context) => {
    try {
      return parseMatcher(written);
    } catch (thrown) {
      context.addIssue({ code: 'custom', message: asSpillwayError(thrown).message });
      return z.NEVER;
    }
  }),
  Matcher,
]);

export const GivenMatchers = z
  .array(GivenMatcher)
  .min(1)
  .max(20)
  .describe('such as "area=beam/horn" or "severity=~MAJOR|INVALID"');

const Wanted = z
  .strictObject({
    ...commandId,
    matchers: GivenMatchers,
    startsAt: z.iso.datetime({ offset: true }).optional().describe('default: now'),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    duration: duration().optional().describe('instead of endsAt, e.g. "2h"'),
    endWhenCleared: z
      .boolean()
      .default(false)
      .describe('ends by itself when nothing it matches is active any more'),
    comment: text().min(1),
  })
  .refine(({ endsAt, duration }) => (endsAt === undefined) !== (duration === undefined), {
    path: ['endsAt'],
    error: 'give either endsAt or duration',
  });

const Given = z
  .strictObject({ silence: z.uuid(), command: z.uuid(), message: z.string() })
  .openapi('SilenceGiven');
const outcomes = {
  200: json(Given, 'done'),
  202: json(Given, 'stored, and not answered yet'),
  ...refusals,
};
const id = { params: z.strictObject({ id: z.uuid() }) };

const list = createRoute({
  method: 'get',
  path: '/api/v1/silences',
  summary: 'Silences, the latest change first',
  middleware: [needs('see')] as const,
  request: { query: z.strictObject({ phase: z.enum(SilencePhase).optional() }) },
  responses: { 200: json(z.strictObject({ silences: z.array(Silence) }), 'the list'), ...refusals },
});
const one = createRoute({
  method: 'get',
  path: '/api/v1/silences/{id}',
  summary: 'One silence',
  middleware: [needs('see')] as const,
  request: id,
  responses: { 200: json(Silence, 'the silence'), ...refusals },
});
const create = createRoute({
  method: 'post',
  path: '/api/v1/silences',
  summary: 'Silences what the matchers fit',
  middleware: [needs('manage')] as const,
  request: body(Wanted),
  responses: outcomes,
});
const change = createRoute({
  method: 'put',
  path: '/api/v1/silences/{id}',
  summary: 'Changes a silence',
  middleware: [needs('manage')] as const,
  request: { ...id, ...body(Wanted) },
  responses: outcomes,
});
const expire = createRoute({
  method: 'delete',
  path: '/api/v1/silences/{id}',
  summary: 'Ends a silence now',
  middleware: [needs('manage')] as const,
  request: id,
  responses: outcomes,
});

export function silenceRoutes({ views, commander, context }: Services): GatewayApp {
  const app = routes();
  const { silences } = views;

  async function give(
    c: Context<GatewayEnv>,
    silence: string,
    words: Record<string, unknown> & { kind: 'silence' | 'expire-silence' },
  ) {
    const principal = allowed(c, 'manage');
    const { id, result } = await commander.give({ ...words, silence }, giverOf(c, principal));
    const message =
      result?.message ?? 'stored; nobody has answered yet, and it takes effect when somebody does';
    return c.json({ silence, command: id, message }, result ? 200 : 202);
  }

  function wordsOf({ startsAt, endsAt, duration, ...rest }: z.output<typeof Wanted>) {
    const from = startsAt === undefined ? context.clock() : Date.parse(startsAt);
    const to = endsAt === undefined ? from + (duration ?? 0) : Date.parse(endsAt);
    return {
      ...rest,
      kind: 'silence',
      startsAt: eventTimeFromMs(from),
      endsAt: eventTimeFromMs(to),
    } as const;
  }

  app.openapi(list, c => {
    const { phase } = c.req.valid('query');
    const found = silences.list(context.clock()).filter(one => phase === undefined || one.phase === phase);
    return c.json({ silences: found }, 200);
  });
  app.openapi(one, c => c.json(known(c.req.valid('param').id), 200));
  app.openapi(create, c => {
    // A silence is named after the command that made it: asked for twice, it is one.
    const { id = randomUUID(), ...words } = wordsOf(c.req.valid('json'));
    return give(c, id, { ...words, id });
  });
  app.openapi(change, c => give(c, known(c.req.valid('param').id).silence, wordsOf(c.req.valid('json'))));
  app.openapi(expire, c =>
    give(c, known(c.req.valid('param').id).silence, { kind: 'expire-silence', note: '' }),
  );
  return app;

  function known(id: string): Silence {
    const found = silences.find(id);
    if (!found) throw new Refusal('REQUEST_INVALID', `there is no silence ${id}`, { status: 404 });
    return found;
  }
}
