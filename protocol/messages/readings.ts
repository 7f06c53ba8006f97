import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { decodeJson, type MessageType } from '../message.ts';
import { InOut, subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'readings/1';
const SLOW_TYPE = 'slow-readings/1';

/** How a device's values are typed, in the device list and in the raw block. */
export const ValueKind = { float: 'float', int: 'int' } as const;
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];

/** JSON has no NaN or infinities: they travel beside the values, which hold `0` in their place. */
const NonFinite = z.tuple([z.int().min(0), z.enum(['NaN', 'Infinity', '-Infinity'])]);

/** One check per array and not one per number: a trigger has thousands of them. */
const Values = z.custom<number[]>(
  value => Array.isArray(value) && value.every(one => typeof one === 'number'),
  'must be an array of numbers',
);

const DeviceReading = z.strictObject({
  name: z.string().min(1).describe('ACNET device name, e.g. E:TRTGTD'),
  kind: z.enum(ValueKind).describe('as the device list states it'),
  units: z.string().describe('unit text delivered with the value; empty when none was'),
  status: z.int().describe('ACNET status: facility + 256 x error; 0 is good (numi.md 3.4)'),
  seconds: z.int().min(0).describe("the device's own time stamp from the DAE, whole seconds since 1970"),
  milliseconds: z.int().min(0).max(999),
  values: Values.describe('one value for a scalar device'),
  nonFinite: z.array(NonFinite).optional().describe('[index, value] of values JSON cannot carry'),
});
export type DeviceReading = z.infer<typeof DeviceReading>;

const Problem = z.strictObject({
  device: z.string(),
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
});
export type Problem = z.infer<typeof Problem>;

export const Readings = z.strictObject({
  source: z.string().min(1).describe('front end, as named in the configuration'),
  mode: z.enum(['callback', 'polling']),
  trigger: z.string().min(1).describe('accelerator event or timer that caused the readings, e.g. A9'),
  inOut: z.enum(InOut).describe('in-spill or out-of-spill list'),
  callback: z
    .strictObject({
      registration: z.string().describe('as the front end named it'),
      number: z.int().min(1).describe('counts the triggers of the registration from 1'),
    })
    .optional()
    .describe('what the front end called it, where it numbers what it tells: a number left out is a gap'),
  time: EventTime.describe(
    'trigger time given by the DAE; in polling mode the start of the poll, by our clock',
  ),
  devices: z.array(DeviceReading),
  problems: z.array(Problem).describe('what is wrong with these readings; they are kept all the same'),
});

/** What the front end gave for one trigger. */
export type Readings = z.infer<typeof Readings>;

/** The devices of a body as JSON, made once: identity and encoding both need it, and it is nearly all of a message. */
const devicesJson = new WeakMap<Readings, string>();

function jsonOfDevices(body: Readings): string {
  const known = devicesJson.get(body);
  if (known !== undefined) return known;
  const json = JSON.stringify(body.devices);
  devicesJson.set(body, json);
  return json;
}

/** Identity: source + trigger + DAE time + content digest, so a repeated callback is the same message. */
function identity(body: Readings): string {
  const digest = createHash('sha256').update(jsonOfDevices(body)).digest('base64url').slice(0, 22);
  return `${body.source}:${body.trigger}:${body.inOut}:${body.time.seconds}.${body.time.nanoseconds}:${digest}`;
}

function encode(body: Readings): Uint8Array {
  const { devices: _, ...rest } = body;
  return Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"devices":${jsonOfDevices(body)}}`);
}

export const readings: MessageType<Readings> = {
  type: TYPE,
  stream: 'BEAM',
  subject: (experiment, body) => subjects.readings(experiment, body.trigger),
  identity,
  time: body => body.time,
  encode,
  decode: bytes => decodeJson(TYPE, Readings, bytes),
};

/** What slow control gave for one equipment: `trigger` is the equipment's name and every device is out of spill. */
export const slowReadings: MessageType<Readings> = {
  ...readings,
  type: SLOW_TYPE,
  stream: 'SLOW',
  subject: (experiment, body) => subjects.slowReadings(experiment, body.trigger),
  decode: bytes => decodeJson(SLOW_TYPE, Readings, bytes),
};

/** The values of a device with NaN and infinities put back in their places. */
export function valuesOf(device: DeviceReading): readonly number[] {
  if (!device.nonFinite?.length) return device.values;
  const values = [...device.values];
  for (const [index, text] of device.nonFinite) values[index] = Number(text);
  return values;
}

/** `values` and `nonFinite` as they travel, from values that may hold NaN and infinities. */
export function travelling(values: readonly number[]): Pick<DeviceReading, 'values' | 'nonFinite'> {
  if (values.every(Number.isFinite)) return { values: [...values] };
  const nonFinite = values.flatMap((value, index) =>
    Number.isFinite(value)
      ? []
      : [[index, String(value) as 'NaN' | 'Infinity' | '-Infinity'] as [number, 'NaN']],
  );
  return { values: values.map(value => (Number.isFinite(value) ? value : 0)), nonFinite };
}
