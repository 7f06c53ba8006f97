import type { Device } from '../../protocol/device-list.ts';
import type { DeviceReading, Problem, Readings } from '../../protocol/messages/readings.ts';
import type { InOut } from '../../protocol/subjects.ts';
import type { EventTime, Milliseconds } from '../../protocol/time.ts';
import { type LastSeen, readDevice } from './device-reading.ts';
import type { DeviceProblemCode } from './fate.ts';

/** Devices asked for together: by one subscription, or in one polling list. */
export interface Asked {
  readonly source: string;
  readonly mode: Readings['mode'];
  /** Accelerator event, timer or polling list, as it stands in the subject. */
  readonly trigger: string;
  readonly inOut: InOut;
  /** By name, in the order of the device list, which is also the order of the readings published. */
  readonly devices: ReadonlyMap<string, Device>;
}

/** What came for one trigger. */
export interface Given {
  readonly time: EventTime;
  /** Reading structs as decoded: anything may be in them. */
  readonly readings: readonly unknown[];
  /** Why a device could not be read, where that is known better than "it is missing". */
  readonly failures?: ReadonlyMap<string, { code: DeviceProblemCode; detail: string }>;
}

/** Last time stamp of each device of one list: what a frozen stamp is told by. */
export type Seen = ReadonlyMap<string, LastSeen>;

export interface Clockwork {
  readonly nowMs: Milliseconds;
  readonly futureToleranceMs: Milliseconds;
  readonly statusText?: ((status: number) => string | undefined) | undefined;
}

export interface Composed {
  readonly body: Readings;
  readonly seen: Seen;
  /** Distinct devices that were asked for and given, good or bad. */
  readonly matched: number;
}

/** More devices nobody asked for than this are counted, not named: a message must not grow with rubbish. */
const UNREQUESTED_NAMED = 20;

/** The message for what came, each device judged by itself: pure, and the same for the same arguments. */
export function composeReadings(asked: Asked, given: Given, seen: Seen, clockwork: Clockwork): Composed {
  const { structs, problems } = sort(asked.devices, given.readings);
  const devices: DeviceReading[] = [];
  const seenNow = new Map(seen);
  const now = { ...clockwork, trigger: given.time };
  for (const [name, device] of asked.devices) {
    const struct = structs.get(name);
    if (!struct) {
      const failure = given.failures?.get(name);
      problems.push({
        device: name,
        code: failure?.code ?? 'DEVICE_MISSING',
        detail: failure?.detail ?? 'asked for, not given',
      });
      continue;
    }
    const outcome = readDevice(device, struct, seen.get(name), now);
    if (outcome.reading) devices.push(outcome.reading);
    if (outcome.problems.length > 0) problems.push(...outcome.problems);
    if (outcome.seen) seenNow.set(name, outcome.seen);
  }
  const { source, mode, trigger, inOut } = asked;
  return {
    body: { source, mode, trigger, inOut, time: given.time, devices, problems },
    seen: seenNow,
    matched: structs.size,
  };
}

type Struct = Readonly<Record<string, unknown>>;

/** The structs of devices asked for, by name; a problem for every other. */
function sort(devices: ReadonlyMap<string, Device>, given: readonly unknown[]) {
  const structs = new Map<string, Struct>();
  const problems: Problem[] = [];
  let unrequested = 0;
  for (const struct of given) {
    const name = isStruct(struct) && typeof struct['name'] === 'string' ? struct['name'] : undefined;
    if (name !== undefined && devices.has(name) && !structs.has(name)) {
      structs.set(name, struct as Struct);
      continue;
    }
    unrequested++;
    if (unrequested > UNREQUESTED_NAMED) continue;
    const detail =
      name === undefined
        ? 'a reading without a name'
        : structs.has(name)
          ? 'given twice; the first is taken'
          : 'nobody asked for it';
    problems.push({ device: name?.slice(0, 64) ?? '', code: 'DEVICE_UNREQUESTED', detail });
  }
  if (unrequested > UNREQUESTED_NAMED)
    problems.push({
      device: '',
      code: 'DEVICE_UNREQUESTED',
      detail: `${unrequested - UNREQUESTED_NAMED} more`,
    });
  return { structs, problems };
}

const isStruct = (value: unknown): value is Struct =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
