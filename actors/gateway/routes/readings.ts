import { createRoute, z } from '@hono/zod-openapi';
import { type DeviceReading, Readings, readings, valuesOf } from '../../../protocol/messages/readings.ts';
import { InOut } from '../../../protocol/subjects.ts';
import { EventTime } from '../../../protocol/time.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, json, refusals, routes } from '../http/env.ts';
import { needs } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';
import { type LatestReading, SPILLS, timeOf } from '../views/readings.ts';

const NonFinite = z.enum(['NaN', 'Infinity', '-Infinity']);
const storedAt = z.number().describe('when JetStream stored it, ms since 1970');
const triggerTime = EventTime.describe('of the trigger, by the DAE');

const Device = z
  .strictObject({
    name: z.string(),
    values: z.array(z.union([z.number(), NonFinite])).describe('one for a scalar device'),
    units: z.string(),
    status: z.int().describe('ACNET status: facility + 256 x error; 0 is good'),
    time: EventTime.describe(
      'when the device took it, by its own clock; of the trigger where it does not say',
    ),
  })
  .openapi('Device');

const DeviceNow = z
  .strictObject({
    ...Device.shape,
    source: z.string().describe('front end'),
    trigger: z.string().describe('accelerator event, timer or slow-control equipment'),
    inOut: z.enum(InOut),
    storedAt,
  })
  .openapi('DeviceNow');

const ShortSpill = z
  .strictObject({
    sequence: z.int().describe('in BEAM: /api/v1/spills/{sequence} has all of it'),
    trigger: z.string(),
    inOut: z.enum(InOut),
    time: triggerTime,
    storedAt,
    values: z.record(z.string(), z.number()).describe('scalar devices; what is not finite is left out'),
    problems: z.int().describe('how many there are'),
  })
  .openapi('ShortSpill');

const { source, mode, trigger, inOut, problems } = Readings.shape;
const Spill = z
  .strictObject({
    sequence: z.int(),
    storedAt,
    source,
    mode,
    trigger,
    inOut,
    time: triggerTime,
    devices: z.array(Device),
    problems,
  })
  .openapi('Spill');

const name = z.string().min(1).max(100);
const wantedTrigger = z.string().min(1).max(100).optional();

const devices = createRoute({
  method: 'get',
  path: '/api/v1/devices/latest',
  summary: 'Every device as it was read last',
  middleware: [needs('see')] as const,
  request: {
    query: z.strictObject({
      name: z
        .union([name, z.array(name).max(200)])
        .optional()
        .describe('only these; may be repeated, and E:TR* stands for all that begin so'),
      trigger: wantedTrigger.describe('as this trigger read them last'),
    }),
  },
  responses: { 200: json(z.strictObject({ devices: z.array(DeviceNow) }), 'by name'), ...refusals },
});
const latest = createRoute({
  method: 'get',
  path: '/api/v1/spills/latest',
  summary: 'The last spills in short, the latest first',
  middleware: [needs('see')] as const,
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(SPILLS).default(10),
      trigger: wantedTrigger.describe('only of this one'),
    }),
  },
  responses: {
    200: json(z.strictObject({ spills: z.array(ShortSpill) }), 'as far as remembered'),
    ...refusals,
  },
});
const one = createRoute({
  method: 'get',
  path: '/api/v1/spills/{sequence}',
  summary: 'Everything that was read for a spill, for as long as BEAM keeps it',
  middleware: [needs('see')] as const,
  request: { params: z.strictObject({ sequence: z.coerce.number().int().min(1) }) },
  responses: { 200: json(Spill, 'the readings'), ...refusals },
});

/** Readings as they are now, for scripts: what they were over time is asked of the store. */
export function readingRoutes({ views, context }: Services): GatewayApp {
  const app = routes();
  app.openapi(devices, c => {
    const { name, trigger } = c.req.valid('query');
    const names = name === undefined ? undefined : [name].flat();
    return c.json({ devices: views.readings.devices({ names, trigger }).map(shown) }, 200);
  });
  app.openapi(latest, c => {
    const { limit, trigger } = c.req.valid('query');
    return c.json({ spills: views.readings.spills(limit, trigger) }, 200);
  });
  app.openapi(one, async c => {
    const { sequence } = c.req.valid('param');
    const { messages } = await context.read('BEAM', [readings], { after: sequence - 1, limit: 1 });
    const found = messages.find(message => message.sequence === sequence);
    if (!found) throw new Refusal('REQUEST_INVALID', `BEAM has no spill ${sequence}`, { status: 404 });
    const { storedAt, body } = found;
    const devices = body.devices.map(reading => deviceOf(reading, timeOf(reading, body)));
    return c.json({ sequence, storedAt, ...body, devices }, 200);
  });
  return app;
}

const shown = ({ reading, time, ...rest }: LatestReading): z.input<typeof DeviceNow> => ({
  ...deviceOf(reading, time),
  ...rest,
});

function deviceOf(reading: DeviceReading, time: EventTime): z.input<typeof Device> {
  const { name, units, status } = reading;
  const values = valuesOf(reading).map(value =>
    Number.isFinite(value) ? value : (String(value) as z.infer<typeof NonFinite>),
  );
  return { name, values, units, status, time };
}
