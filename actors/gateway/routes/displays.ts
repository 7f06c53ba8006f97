import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { DisplayCaption } from '../../../protocol/live.ts';
import { EventTime } from '../../../protocol/time.ts';
import type { Services } from '../gateway.ts';
import { send } from '../http/body.ts';
import { type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';
import { KEPT, type ServedDisplay } from '../views/displays.ts';

const Kind = z.enum(['event', 'waveforms']);

const Caption = z
  .strictObject({
    site: z.string(),
    detector: z.string(),
    run: z.int(),
    serial: z.int(),
    copy: z.int(),
    kind: Kind,
    time: EventTime.describe('of the event'),
    storedAt: z.number().describe('when JetStream stored it, ms since 1970'),
    text: z.string().describe('what there is to see, for those who do not see it'),
    width: z.int(),
    height: z.int(),
    url: z.string().describe('path of the PNG, which never changes'),
  } satisfies Record<keyof DisplayCaption, z.ZodType>)
  .openapi('DisplayCaption');

const png = {
  200: {
    description: 'the picture',
    content: { 'image/png': { schema: z.string().openapi({ format: 'binary' }) } },
  },
  304: { description: 'the client has it' },
};
const detector = z.string().min(1).max(100).describe('as in the subjects of its runs, e.g. lime');

const list = createRoute({
  method: 'get',
  path: '/api/v1/displays',
  summary: `Pictures for people: the last ${KEPT} of each detector and kind`,
  middleware: [needs('see')] as const,
  responses: {
    200: json(
      z.strictObject({
        displays: z.array(
          z.strictObject({ latest: Caption, older: z.array(Caption).describe('the latest first') }),
        ),
      }),
      'by detector and kind',
    ),
    ...refusals,
  },
});
const latest = createRoute({
  method: 'get',
  path: '/api/v1/displays/{detector}/{kind}/latest.png',
  summary: 'The latest picture, as PNG',
  middleware: [needs('see')] as const,
  request: { params: z.strictObject({ detector, kind: Kind }) },
  responses: { ...png, ...refusals },
});
const one = createRoute({
  method: 'get',
  path: '/api/v1/displays/{detector}/{kind}/{run}/{file}',
  summary: 'The picture of an event, as PNG, while it is among the last',
  middleware: [needs('see')] as const,
  request: {
    params: z.strictObject({
      detector,
      kind: Kind,
      run: z.coerce.number().int().min(0),
      file: z
        .string()
        .regex(/^\d{1,10}(?:~\d{1,4})?\.png$/)
        .describe('serial of the event, or serial~copy, and .png'),
    }),
  },
  responses: { ...png, ...refusals },
});

/** Event displays and waveforms, as the sentinel draws them now and then. */
export function displayRoutes({ camera }: Services): GatewayApp {
  const app = routes();
  app.openapi(list, c => {
    const displays = camera.displays
      .list()
      .flatMap(([first, ...rest]) =>
        first ? [{ latest: first.caption, older: rest.map(({ caption }) => caption) }] : [],
      );
    return c.json({ displays }, 200);
  });
  app.openapi(latest, async c => {
    const { detector, kind } = c.req.valid('param');
    const found = camera.displays.latest(detector, kind);
    return sent(c, found, 'no-cache', `there is no picture of ${detector} yet`);
  });
  app.openapi(one, async c => {
    const { detector, kind, run, file } = c.req.valid('param');
    const event = file.slice(0, -'.png'.length);
    const found = camera.displays.find(detector, kind, run, event);
    // What is shown of an event never changes; whoever may not look any more must not find it in a shared cache.
    return sent(
      c,
      found,
      'private, max-age=86400, immutable',
      `event ${event} of run ${run} is not among the last`,
    );
  });
  return app;
}

/** The bytes are a PNG, which the types of a route's description cannot know. */
async function sent(
  c: Context<GatewayEnv>,
  display: ServedDisplay | undefined,
  keep: string,
  otherwise: string,
): Promise<never> {
  if (!display) throw new Refusal('REQUEST_INVALID', otherwise, { status: 404 });
  return (await send(c, display.png, { headers: { 'cache-control': keep }, tagged: true })) as never;
}
