import type { Device } from '../../protocol/device-list.ts';
import { type DeviceReading, type Problem, travelling } from '../../protocol/messages/readings.ts';
import type { EventTime, Milliseconds } from '../../protocol/time.ts';
import { type DeviceProblemCode, FATE } from './fate.ts';

/** A device's last time stamp, and the trigger it came with. */
export interface LastSeen {
  readonly deviceMs: Milliseconds;
  readonly trigger: EventTime;
  /** Whether the stamp was an old one already with that trigger, so that a retried callback is judged alike. */
  readonly frozen: boolean;
}

export interface Circumstances {
  readonly trigger: EventTime;
  readonly nowMs: Milliseconds;
  /** How far ahead of our clock a device time may be: the two clocks come from separate sources (numi.md 3.5). */
  readonly futureToleranceMs: Milliseconds;
  /** The front end's own words for a status, where known. */
  readonly statusText?: ((status: number) => string | undefined) | undefined;
}

export interface DeviceOutcome {
  /** Absent when the device is left out. */
  readonly reading?: DeviceReading;
  readonly problems: readonly Problem[];
  readonly seen?: LastSeen;
}

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const ACCEPTED = `accepted: ${INT_MIN} to ${INT_MAX}`;
/** The raw block has 32 bits for a device's seconds. */
const SECONDS_MAX = 2 ** 32 - 1;

/** Judges one reading struct `{ name, scaled, units, status, seconds, milliseconds }` against the device list. */
export function readDevice(
  device: Device,
  given: Readonly<Record<string, unknown>>,
  last: LastSeen | undefined,
  now: Circumstances,
): DeviceOutcome {
  const problems: Problem[] = [];
  const problem = (code: DeviceProblemCode, detail: string) =>
    problems.push({ device: device.name, code, detail });

  const status = numberOf(given['status'] ?? 0);
  const known = typeof status === 'number' && Number.isInteger(status);
  if (!known) problem('DEVICE_TYPE', 'the status is not a whole number');
  else if (!fits(status)) problem('DEVICE_INT_RANGE', `status ${status}; ${ACCEPTED}`);
  else if (status !== 0)
    problem('DEVICE_STATUS', statusDetail(status, given['scaled'] !== undefined, now.statusText));

  const values = given['scaled'] === undefined ? undefined : numbersOf(given['scaled']);
  if (values) judgeValues(device, values, problem);
  else if (given['scaled'] !== undefined || status === 0)
    problem('DEVICE_TYPE', `${typeName(given['scaled'])}, the device list says ${device.kind}`);

  const deviceMs = deviceTime(given);
  if (deviceMs === undefined)
    problem('DEVICE_TIME_ABSENT', 'no usable device time; the trigger time is used');
  else if (deviceMs > now.nowMs + now.futureToleranceMs)
    problem(
      'DEVICE_TIME_FUTURE',
      `${((deviceMs - now.nowMs) / 1000).toFixed(3)} s ahead of our clock; accepted: ${now.futureToleranceMs} ms`,
    );
  const repeated = last !== undefined && last.deviceMs === deviceMs;
  // The same trigger told again repeats its stamps rightly: only another trigger makes a frozen one.
  const frozen = repeated && (last.frozen || !sameTime(last.trigger, now.trigger));
  if (frozen) problem('DEVICE_TIME_FROZEN', `${new Date(last.deviceMs).toISOString()} again`);

  const seen = deviceMs === undefined ? {} : { seen: { deviceMs, trigger: now.trigger, frozen } };
  if (!values || !known || problems.some(({ code }) => FATE[code as DeviceProblemCode] === 'leave out'))
    return { problems, ...seen };
  const units = given['units'];
  return {
    problems,
    ...seen,
    reading: {
      name: device.name,
      kind: device.kind,
      units: typeof units === 'string' ? units : '',
      status,
      seconds: deviceMs === undefined ? now.trigger.seconds : Math.floor(deviceMs / 1000),
      milliseconds: deviceMs === undefined ? Math.floor(now.trigger.nanoseconds / 1e6) : deviceMs % 1000,
      ...travelling(values),
    },
  };
}

function judgeValues(
  device: Device,
  values: readonly number[],
  problem: (code: DeviceProblemCode, detail: string) => void,
): void {
  if (values.length !== device.length)
    problem('DEVICE_LENGTH', `${count(values.length)}, the device list says ${count(device.length)}`);
  let notFinite = 0;
  for (const [index, value] of values.entries()) {
    if (device.kind === 'float') {
      if (!Number.isFinite(value)) notFinite++;
    } else if (!Number.isInteger(value))
      return problem('DEVICE_TYPE', `${value} at index ${index}, the device list says int`);
    else if (!fits(value)) return problem('DEVICE_INT_RANGE', `${value} at index ${index}; ${ACCEPTED}`);
  }
  if (notFinite > 0) problem('DEVICE_NOT_FINITE', `${notFinite} of ${count(values.length)}`);
}

/**
 * A scalar or an array as numbers, undefined when anything in it is not one. XML-RPC int, i8 and double all
 * pass: whether a number fits is a matter of the device's kind, not of the element a server chose for it.
 */
function numbersOf(value: unknown): readonly number[] | undefined {
  if (typeof value === 'number') return [value];
  if (typeof value === 'bigint') return [Number(value)];
  if (value instanceof Float64Array || value instanceof Int32Array) return Array.from(value);
  if (!Array.isArray(value)) return undefined;
  if (value.every(item => typeof item === 'number')) return value;
  return value.every(item => typeof item === 'number' || typeof item === 'bigint')
    ? value.map(Number)
    : undefined;
}

/** Milliseconds since 1970; undefined when the struct has no time stamp that a raw block could hold. */
function deviceTime(given: Readonly<Record<string, unknown>>): Milliseconds | undefined {
  // Beyond 32 bits is how a server tells seconds after 2038.
  const seconds = numberOf(given['seconds']);
  const milliseconds = given['milliseconds'] ?? 0;
  return whole(seconds, SECONDS_MAX) && whole(milliseconds, 999) ? seconds * 1000 + milliseconds : undefined;
}

/** i8 as a number, rounded beyond 2^53: what is that large is out of every range here. */
const numberOf = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

const fits = (value: number): boolean => value >= INT_MIN && value <= INT_MAX;

const whole = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;

const sameTime = (a: EventTime, b: EventTime) => a.seconds === b.seconds && a.nanoseconds === b.nanoseconds;

/** `[facility error]`: status = facility + 256 x error, error signed (numi.md 3.4). */
function statusDetail(status: number, hasValue: boolean, textOf: Circumstances['statusText']): string {
  const text = textOf?.(status);
  return `[${status & 0xff} ${status >> 8}]${text ? ` ${text}` : ''}${hasValue ? '' : '; no value'}`;
}

const count = (values: number) => (values === 1 ? '1 value' : `${values} values`);

const typeName = (value: unknown) =>
  value === undefined || value === null
    ? 'no value'
    : Array.isArray(value)
      ? 'an array with something other than numbers'
      : `a ${typeof value}`;
