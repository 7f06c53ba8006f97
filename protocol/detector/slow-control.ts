import type { Channel, DetectorDescription } from './description.ts';
import { compileFormula, type Formula } from './formula.ts';

/** A device to be made of a bank's value, with its formula ready to run. */
export interface Conversion extends Omit<Channel, 'formula'> {
  readonly formula: Formula | undefined;
}

/** What is known of an equipment of slow control. */
export interface SlowEquipment {
  readonly name: string;
  readonly prefix: string;
  readonly banks: ReadonlyMap<string, { readonly length?: number | undefined; readonly units: string }>;
  readonly conversions: readonly Conversion[];
}

/** Equipment of slow control by event id. */
export const compileSlowControl = ({
  slowControl: { prefix, equipment },
}: DetectorDescription): ReadonlyMap<number, SlowEquipment> =>
  new Map(
    equipment.map(({ id, name, banks, devices }) => [
      id,
      {
        name,
        prefix,
        banks: new Map(Object.entries(banks)),
        conversions: devices.map(({ formula, ...device }) => ({
          ...device,
          formula: formula === undefined ? undefined : compileFormula(formula, Object.keys(banks)),
        })),
      },
    ]),
  );
