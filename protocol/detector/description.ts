import { z } from 'zod';
import { asSpillwayError } from '../errors.ts';
import { compileFormula } from './formula.ts';
import { ODB_PATH } from './odb-path.ts';

/**
 * What the events, the ODB and the slow control of a detector mean; `fixtures/detector/lime.yaml` is the one of LIME, and says
 * what each key is for.
 */

const eventId = z.int().min(1).max(0x7fff).describe('event id: 1 to 32767');
const equipment = z.string().min(1).max(31).describe('as under /Equipment of the ODB');
const odbPath = z
  .string()
  .regex(
    ODB_PATH,
    'must be a path in the ODB, for example /Configurations/Exposure or /Equipment/HV/Variables/Demand[5]',
  );

const deviceName = z
  .string()
  .regex(
    /^[A-Z]:[A-Z0-9_]{1,30}$/,
    'must be one letter, ":", then capitals, digits or "_", for example L:GAS_TEMPERATURE',
  );
const bankName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,3}$/, 'must be the name of a bank: 1 to 4 capitals or digits');

const Bank = z.strictObject({
  length: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('values in it; rules can name it only where this is told'),
  units: z.string().default('').describe('of all of them; empty where they differ'),
});

const Channel = z.strictObject({
  name: deviceName,
  bank: bankName,
  channel: z.int().min(0).default(0).describe('which value of the bank, from 0'),
  units: z.string().default(''),
  formula: z.string().optional().describe('makes the value of the raw one, x; without it they are the same'),
  description: z.string().default(''),
});
export type Channel = z.infer<typeof Channel>;

const SlowEquipment = z
  .strictObject({
    id: eventId,
    name: equipment,
    banks: z.record(bankName, Bank).describe('what is known of its banks; others are kept all the same'),
    devices: z.array(Channel).default([]).describe('values that people look at, and rules use'),
  })
  .superRefine(({ banks, devices }, context) => {
    for (const [index, device] of devices.entries()) {
      const problem = (key: string, message: string): void =>
        context.addIssue({ code: 'custom', path: ['devices', index, key], message });
      const bank = banks[device.bank];
      if (!bank) problem('bank', `${device.bank} is not one of the banks ${Object.keys(banks).join(', ')}`);
      else if (bank.length !== undefined && device.channel >= bank.length)
        problem(
          'channel',
          `bank ${device.bank} has ${bank.length} values; accepted: 0 to ${bank.length - 1}`,
        );
      if (device.formula === undefined) continue;
      try {
        compileFormula(device.formula, Object.keys(banks));
      } catch (thrown) {
        problem('formula', asSpillwayError(thrown).message);
      }
    }
  });
export type SlowEquipment = z.infer<typeof SlowEquipment>;

const SlowControl = z
  .strictObject({
    prefix: z
      .string()
      .regex(/^[A-Z]$/, 'must be one capital')
      .describe('of the devices that hold a whole bank, e.g. L for L:HV_MSRD'),
    equipment: z.array(SlowEquipment).default([]),
  })
  .superRefine(({ prefix, equipment }, context) => {
    const named = new Map<string, string>();
    for (const { name, banks } of equipment)
      for (const bank of Object.keys(banks))
        named.set(bankDevice(prefix, name, bank), `bank ${bank} of ${name}`);
    for (const [at, { devices }] of equipment.entries())
      for (const [index, { name }] of devices.entries()) {
        const other = named.get(name);
        if (other !== undefined)
          context.addIssue({
            code: 'custom',
            path: ['equipment', at, 'devices', index, 'name'],
            message: `${name} is the name of ${other} already`,
          });
        named.set(name, 'another device');
      }
  });

const Conditions = z.strictObject({
  description: odbPath.optional().describe('what the shifter wrote'),
  exposure: odbPath.optional().describe('seconds'),
  pedestal: odbPath.optional().describe('true or not 0 in a run to make a pedestal of'),
  highVoltage: odbPath.optional().describe('true or not 0 while the gain is on'),
  values: z
    .record(z.string().min(1), odbPath)
    .default({})
    .describe('further conditions by the name they get'),
});
export type ConditionPaths = z.infer<typeof Conditions>;

export const DetectorDescription = z
  .strictObject({
    events: z
      .array(z.strictObject({ id: eventId, name: equipment }))
      .min(1)
      .describe('detector events: kept whole, one reference each'),
    conditions: Conditions.prefault({}).describe('where the ODB has what must be known of a run'),
    slowControl: SlowControl.prefault({ prefix: 'D' }),
  })
  .superRefine(({ events, slowControl }, context) => {
    const taken = new Map<number, string>();
    for (const [list, path] of [
      [events, ['events']],
      [slowControl.equipment, ['slowControl', 'equipment']],
    ] as const)
      for (const [index, { id, name }] of list.entries()) {
        const other = taken.get(id);
        if (other !== undefined)
          context.addIssue({
            code: 'custom',
            path: [...path, index, 'id'],
            message: `${id} is the event id of ${other} already`,
          });
        taken.set(id, name);
      }
  });
export type DetectorDescription = z.infer<typeof DetectorDescription>;

/** Name of the device that holds all values of a bank, e.g. `L:HV_MSRD`. */
export const bankDevice = (prefix: string, equipment: string, bank: string): string =>
  `${prefix}:${`${equipment}_${bank}`.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`;

/** Everything of slow control that a rule may name: values by themselves, and whole banks. */
export function slowDevices({
  slowControl: { prefix, equipment },
}: DetectorDescription): { readonly name: string; readonly length: number; readonly units: string }[] {
  return equipment.flatMap(({ name, banks, devices }) => [
    ...devices.map(device => ({ name: device.name, length: 1, units: device.units })),
    ...Object.entries(banks).flatMap(([bank, { length, units }]) =>
      length === undefined ? [] : [{ name: bankDevice(prefix, name, bank), length, units }],
    ),
  ]);
}
