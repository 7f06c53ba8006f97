import { SpillwayError } from '../../errors.ts';
import { type Bank, bankValues } from '../banks.ts';
import type { MidasEvent } from '../event.ts';

/** What one bank of a slow-control event tells, channel by channel in the bank's order. */
export interface ChannelValues {
  readonly bank: string;
  /** `demand`, `measured`, `current`, `status`, `input`, ... */
  readonly quantity: string;
  /** `null` where channels differ in unit, or have none. */
  readonly unit: string | null;
  readonly values: Float32Array | Float64Array | Uint32Array;
}

export interface SlowControl {
  /** As under `/Equipment` of the ODB. */
  readonly equipment: EquipmentName;
  readonly channels: readonly ChannelValues[];
}

/** What a bank tells, in which unit, and the type id of its values. */
type Told = readonly [quantity: string, unit: string | null, type: 6 | 9 | 10];

interface Equipment {
  readonly name: string;
  readonly banks: Readonly<Record<string, Told>>;
}

/** Banks of MIDAS' class driver for power supplies as CYGNO extended it (its `gem_hv.cxx`). */
const POWER_SUPPLY = {
  DMND: ['demand', 'V', 9],
  MSRD: ['measured', 'V', 9],
  CRNT: ['current', 'uA', 9],
  STAT: ['status', null, 6],
  TPTR: ['temperature', 'C', 9],
} as const;

/**
 * LIME's equipment by event id (cygno.md A7, B2). Currents in uA follow from the limits in the ODB; the gas system's 330
 * channels are of many units.
 */
export const EQUIPMENT = {
  3: { name: 'HV', banks: POWER_SUPPLY },
  4: { name: 'CATHODE', banks: POWER_SUPPLY },
  5: { name: 'Environment', banks: { INPT: ['input', null, 9] } },
  6: { name: 'GasSystem', banks: { DMND: ['demand', null, 9], MSRD: ['measured', null, 9] } },
  7: { name: 'CameraStatus', banks: { TCAM: ['sensor temperature', 'C', 10] } },
  8: { name: 'TriggerModule', banks: { TMOD: ['rate', 'Hz', 9] } },
  9: { name: 'SourceMotor', banks: { INPT: ['input', null, 9], OUTP: ['output', null, 9] } },
} as const satisfies Record<number, Equipment>;

export type EquipmentName = (typeof EQUIPMENT)[keyof typeof EQUIPMENT]['name'];

const BY_ID: ReadonlyMap<number, Equipment & { readonly name: EquipmentName }> = new Map(
  Object.entries(EQUIPMENT).map(([id, equipment]) => [Number(id), equipment]),
);

/**
 * What a slow-control event tells; `null` for an event of anything else. Banks unknown here stay in the event.
 * @throws SpillwayError MIDAS_MALFORMED for a bank of another type, or no whole number of values
 */
export function slowControl(event: MidasEvent): SlowControl | null {
  const equipment = BY_ID.get(event.header.id);
  if (event.kind !== 'data' || !equipment) return null;
  const channels = event.banks.flatMap(bank => {
    const [quantity, unit, type] = equipment.banks[bank.name] ?? [];
    if (quantity === undefined || unit === undefined || type === undefined) return [];
    return { bank: bank.name, quantity, unit, values: valuesOf(bank, type) };
  });
  return { equipment: equipment.name, channels };
}

function valuesOf(bank: Bank, type: Told[2]): ChannelValues['values'] {
  if (type === 6) return bankValues(bank, 6);
  return type === 9 ? bankValues(bank, 9) : bankValues(bank, 10);
}

/** One converted channel of the environment. */
export interface Quantity {
  readonly name: string;
  /** As in `/Equipment/Environment/Settings/Names Input`. */
  readonly channel: string;
  readonly unit: string;
  readonly value: number;
}

/** A current loop: 4 to 20 mA over a span, from an offset. */
const loop =
  (span: number, offset = 0) =>
  (mA: number): number =>
    ((mA - 4) / 16) * span + offset;

/** Channel number, name, unit and conversion (cygno.md A7, from the ODB's history displays). */
const CONVERSIONS: readonly (readonly [number, string, string, (raw: number) => number])[] = [
  [0, 'gas temperature', 'C', loop(200, -50)],
  [3, 'atmospheric pressure', 'bar', loop(1.6 * 1.007618)],
  [5, 'external pressure', 'bar', loop(1.6 * 1.005454)],
  [9, 'atmospheric temperature', 'C', volts => -22.7 * volts + 82.3],
  [10, 'air flow', 'V', volts => volts],
  [13, 'humidity', '%', volts => 37.5 * volts - 37.7],
  [16, 'filter pressure 0', 'bar', loop(2.6, -1)],
  [17, 'filter pressure 1', 'bar', loop(2.6, -1)],
  [18, 'filter pressure 2', 'bar', loop(2.6, -1)],
  [19, 'filter pressure 3', 'bar', loop(2.6, -1)],
  [22, 'gas density', 'g/l', loop(10)],
  [23, 'gas density 2', 'g/l', loop(11.5)],
];

/** The 24 inputs of the environment, in the order of the bank. */
export const ENVIRONMENT_CHANNELS: readonly string[] = ['P0IIn', 'P1UIn', 'P3IIn'].flatMap(prefix =>
  Array.from({ length: 8 }, (_, index) => `${prefix}${index}`),
);

/**
 * The environment in the units of its sensors; channels without a known conversion are left out.
 * @throws SpillwayError MIDAS_MALFORMED for another number of inputs than 24
 */
export function environment(inputs: ArrayLike<number>): Quantity[] {
  if (inputs.length !== ENVIRONMENT_CHANNELS.length)
    throw new SpillwayError('MIDAS_MALFORMED', `bank INPT: ${inputs.length} inputs, 24 expected`);
  return CONVERSIONS.map(([index, name, unit, convert]) => ({
    name,
    channel: ENVIRONMENT_CHANNELS[index] ?? '',
    unit,
    value: convert(inputs[index] ?? Number.NaN),
  }));
}
