import { isUnusable } from '../expression/value.ts';
import { type DeviceReading, type Problem, type Readings, travelling } from '../messages/readings.ts';
import { type Bank, bankElements, TYPES } from '../midas/midas.ts';
import { InOut } from '../subjects.ts';
import type { EventTime } from '../time.ts';
import { bankDevice } from './description.ts';
import type { Conversion, SlowEquipment } from './slow-control.ts';

/** Types of MIDAS whose values are not whole numbers. */
const FLOATS: ReadonlySet<string> = new Set(['f32', 'f64']);

/** A bank as numbers; bytes where its type or size tells no others. */
interface RawBank {
  readonly name: string;
  readonly kind: DeviceReading['kind'];
  readonly values: readonly number[];
  readonly whole: boolean;
}

/**
 * What slow control gave: the devices that the description names, then every bank with all its raw values, so that nothing is
 * lost. A value that cannot be converted is a problem beside the others.
 * @param source the detector
 */
export function slowReadingsOf(
  source: string,
  equipment: SlowEquipment,
  time: EventTime,
  banks: readonly Bank[],
): Readings {
  const raw = banks.map(rawBank);
  const reading = (
    name: string,
    kind: DeviceReading['kind'],
    units: string,
    values: readonly number[],
  ): DeviceReading => ({
    name,
    kind,
    units,
    status: 0,
    seconds: time.seconds,
    milliseconds: 0,
    ...travelling(values),
  });
  const devices: DeviceReading[] = [];
  const problems: Problem[] = [];
  // Of several banks of a name, the first is the one that formulas mean.
  const values = new Map(raw.toReversed().map(bank => [bank.name.toLowerCase(), bank.values]));
  for (const conversion of equipment.conversions) {
    const value = convert(conversion, values);
    if (typeof value === 'number') devices.push(reading(conversion.name, 'float', conversion.units, [value]));
    else problems.push({ device: conversion.name, ...value });
  }
  const names = new Set<string>();
  for (const bank of raw) {
    const known = equipment.banks.get(bank.name);
    const name = unlike(names, bankDevice(equipment.prefix, equipment.name, bank.name));
    names.add(name);
    devices.push(reading(name, bank.kind, known?.units ?? '', bank.values));
    problems.push(...problemsOf(name, bank, known?.length));
  }
  return { source, mode: 'callback', trigger: equipment.name, inOut: InOut.out, time, devices, problems };
}

/** Whole numbers beyond 2^53, which no counter has come near, lose their last digits. */
function rawBank({ name, type, bytes }: Bank): RawBank {
  const elements = bankElements(type, bytes);
  const kind = elements && FLOATS.has(TYPES[type]?.name ?? '') ? 'float' : 'int';
  return { name, kind, values: Array.from(elements ?? bytes, Number), whole: elements !== null };
}

function convert(
  { bank, channel, formula }: Conversion,
  banks: ReadonlyMap<string, readonly number[]>,
): number | Omit<Problem, 'device'> {
  const values = banks.get(bank.toLowerCase());
  if (!values) return { code: 'DEVICE_MISSING', detail: `the event has no bank ${bank}` };
  const raw = values[channel];
  if (raw === undefined)
    return {
      code: 'DEVICE_LENGTH',
      detail: `bank ${bank} has ${values.length} values, this is number ${channel}`,
    };
  const value = formula ? formula.evaluate(raw, banks) : raw;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const detail =
    typeof value === 'object' && isUnusable(value) ? value.reason : `the raw value is ${String(value)}`;
  return { code: 'DEVICE_NOT_FINITE', detail };
}

function problemsOf(device: string, { values, whole }: RawBank, length: number | undefined): Problem[] {
  const problems: Problem[] = [];
  const bad = values.filter(value => !Number.isFinite(value)).length;
  if (!whole)
    problems.push({ device, code: 'DEVICE_TYPE', detail: 'no whole number of values; these are its bytes' });
  else if (length !== undefined && values.length !== length)
    problems.push({ device, code: 'DEVICE_LENGTH', detail: `${values.length} values, ${length} expected` });
  if (bad > 0)
    problems.push({ device, code: 'DEVICE_NOT_FINITE', detail: `${bad} of ${values.length} values` });
  return problems;
}

/** A name that is not among these: names of banks may repeat. */
function unlike(names: ReadonlySet<string>, name: string): string {
  let other = name;
  for (let number = 2; names.has(other); number++) other = `${name}_${number}`;
  return other;
}
