import { deviceNameProblem } from './device-name.ts';
import { type DeviceReading, ValueKind, valuesOf } from './messages/readings.ts';
import type { Device } from './raw-block/raw-block.ts';

/** The devices that a raw block can carry, and why not the others. */
export function packable(readings: readonly DeviceReading[]): {
  readonly devices: readonly Device[];
  readonly omitted: readonly { readonly name: string; readonly why: string }[];
} {
  const devices: Device[] = [];
  const omitted: { name: string; why: string }[] = [];
  for (const reading of readings) {
    const why = whyNotPackable(reading);
    if (why) omitted.push({ name: reading.name, why });
    else devices.push(reading.nonFinite ? { ...reading, values: valuesOf(reading) } : reading);
  }
  return { devices, omitted };
}

function whyNotPackable(reading: DeviceReading): string | undefined {
  if (reading.kind === ValueKind.float) return deviceNameProblem(reading.name);
  const fits = valuesOf(reading).every(value => Number.isInteger(value) && value === (value | 0));
  return fits ? deviceNameProblem(reading.name) : 'a value is not a whole number of 32 bits';
}
