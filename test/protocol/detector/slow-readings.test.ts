import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DetectorDescription, slowDevices } from '../../../protocol/detector/description.ts';
import { compileSlowControl, type SlowEquipment } from '../../../protocol/detector/slow-control.ts';
import { slowReadingsOf } from '../../../protocol/detector/slow-readings.ts';
import { type Readings, slowReadings, valuesOf } from '../../../protocol/messages/readings.ts';
import type { Bank } from '../../../protocol/midas/midas.ts';
import { readDetectorFile } from '../../../runtime/config/detector-file.ts';

const LIME = compileSlowControl(readDetectorFile());
const TIME = { seconds: 1_702_596_797, nanoseconds: 0 };

const bank = (name: string, type: number, values: ArrayBufferView): Bank => ({
  name,
  type,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});
const f32 = (name: string, ...values: number[]): Bank => bank(name, 9, Float32Array.from(values));

function told(id: number, ...banks: Bank[]): Readings {
  const equipment = LIME.get(id);
  if (!equipment) throw new Error(`no equipment ${id}`);
  return slowReadingsOf('lime', equipment, TIME, banks);
}
const values = (readings: Readings) =>
  new Map(readings.devices.map(device => [device.name, valuesOf(device)]));

/** One event of 14 December 2023, as the ODB of that day shows it. */
const INPUTS = [
  9.700902, 0.0012255274, 4.5086441, 12.980146, 0.0012583914, 13.042763, 0.0013721059, 0.0011202879,
  1.9677782, 2.6809347, 1.1632733, 0.56210542, 1.2623887, 0.87999064, 0.34375516, 0.41948321, 8.7039766,
  8.703186, 10.318619, 10.609814, 0.00033921096, 10.996096, 6.2433143, 6.3741465,
];

test('the environment of a day underground comes out as a cave of 21 degrees at 0.9 bar', () => {
  const readings = told(5, f32('INPT', ...INPUTS));
  const by = values(readings);
  const value = (name: string) => by.get(name)?.[0];
  expect(value('L:GAS_TEMPERATURE')).toBeCloseTo(21.26, 2);
  expect(value('L:ATM_TEMPERATURE')).toBeCloseTo(21.44, 2);
  expect(value('L:ATM_PRESSURE')).toBeCloseTo(0.9049, 4);
  expect(value('L:EXT_PRESSURE')).toBeCloseTo(0.9092, 4);
  expect(value('L:HUMIDITY')).toBeCloseTo(-4.7, 2);
  expect(value('L:GAS_DENSITY')).toBeCloseTo(1.402, 3);
  expect(value('L:GAS_DENSITY_2')).toBeCloseTo(1.706, 3);
  expect(value('L:FILTER_PRESSURE_0')).toBeCloseTo(-0.2356, 4);
  expect(value('L:AIR_FLOW')).toBeCloseTo(1.1633, 4);
  expect(by.get('L:ENVIRONMENT_INPT')).toEqual([...Float32Array.from(INPUTS)]);
  expect(readings).toMatchObject({
    source: 'lime',
    trigger: 'Environment',
    inOut: 'out',
    time: TIME,
    problems: [],
  });
  expect(readings.devices.find(({ name }) => name === 'L:GAS_TEMPERATURE')).toMatchObject({
    units: 'C',
    kind: 'float',
    status: 0,
    seconds: TIME.seconds,
  });
});

test('every bank is there with all its values, those too that nobody knows', () => {
  const readings = told(
    3,
    f32('DMND', ...Array.from({ length: 26 }, () => 400)),
    bank('STAT', 6, Uint32Array.of(1, 0xffff_ffff)),
    bank('BIG', 18, BigUint64Array.of(2n ** 40n)),
    bank('TEXT', 3, Uint8Array.of(72, 105)),
    bank('LIKE', 99, Uint8Array.of(1, 2, 3)),
    f32('DMND', 7),
  );
  const by = values(readings);
  expect(by.get('L:HV_STAT')).toEqual([1, 0xffff_ffff]);
  expect(by.get('L:HV_BIG')).toEqual([2 ** 40]);
  expect(by.get('L:HV_TEXT')).toEqual([72, 105]);
  expect(by.get('L:HV_LIKE')).toEqual([1, 2, 3]);
  expect(by.get('L:HV_DMND_2')).toEqual([7]);
  expect(readings.devices.find(({ name }) => name === 'L:HV_DMND')).toMatchObject({
    units: 'V',
    kind: 'float',
  });
  expect(readings.devices.find(({ name }) => name === 'L:HV_STAT')).toMatchObject({ units: '', kind: 'int' });
});

test('what cannot be converted is a problem, and costs none of the others', () => {
  const readings = told(5, f32('INPT', Number.NaN, ...INPUTS.slice(1, 10)));
  const by = values(readings);
  expect(by.has('L:GAS_TEMPERATURE')).toBe(false);
  expect(by.get('L:ATM_PRESSURE')?.[0]).toBeCloseTo(0.9049, 4);
  expect(by.get('L:ENVIRONMENT_INPT')?.[0]).toBeNaN();
  const problems = new Map(
    readings.problems.map(({ device, code, detail }) => [device, `${code}: ${detail}`]),
  );
  expect(problems.get('L:GAS_TEMPERATURE')).toBe('DEVICE_NOT_FINITE: the raw value is NaN');
  expect(problems.get('L:HUMIDITY')).toBe('DEVICE_LENGTH: bank INPT has 10 values, this is number 13');
  expect(readings.problems.filter(({ device }) => device === 'L:ENVIRONMENT_INPT')).toEqual([
    { device: 'L:ENVIRONMENT_INPT', code: 'DEVICE_LENGTH', detail: '10 values, 24 expected' },
    { device: 'L:ENVIRONMENT_INPT', code: 'DEVICE_NOT_FINITE', detail: '1 of 10 values' },
  ]);
  expect(told(5).problems[0]).toEqual({
    device: 'L:GAS_TEMPERATURE',
    code: 'DEVICE_MISSING',
    detail: 'the event has no bank INPT',
  });
  const torn = told(7, bank('TCAM', 10, new Uint8Array(9)));
  expect(torn.problems.map(({ code }) => code)).toContain('DEVICE_TYPE');
});

test('a formula may use the other banks of its event', () => {
  const description = DetectorDescription.parse({
    events: [{ id: 1, name: 'Trigger' }],
    slowControl: {
      prefix: 'L',
      equipment: [
        {
          id: 3,
          name: 'HV',
          banks: { DMND: { length: 2 }, MSRD: { length: 2 } },
          devices: [
            { name: 'L:OFF', bank: 'MSRD', channel: 1, formula: 'x - dmnd[1]' },
            { name: 'L:SUM', bank: 'MSRD', formula: 'sum(msrd) / x' },
          ],
        },
      ],
    },
  });
  const [equipment] = compileSlowControl(description).values();
  const of = (...banks: Bank[]) => slowReadingsOf('lime', equipment as SlowEquipment, TIME, banks);
  const by = values(of(f32('DMND', 400, 500), f32('MSRD', 400, 498.5)));
  expect(by.get('L:OFF')).toEqual([-1.5]);
  expect(by.get('L:SUM')?.[0]).toBeCloseTo(898.5 / 400);
  const { problems } = of(f32('MSRD', 0, 498.5));
  expect(problems.map(({ device, detail }) => `${device}: ${detail}`)).toEqual([
    'L:OFF: the event has no bank DMND',
    'L:SUM: sum(msrd) / x divides by zero',
    // The raw value itself is fine.
  ]);
});

test('whatever banks come, their readings fit the message', () => {
  const anyBank = fc.record({
    name: fc.stringMatching(/^[ -~]{1,4}$/),
    type: fc.integer({ min: 0, max: 20 }),
    bytes: fc.uint8Array({ maxLength: 64 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...LIME.keys()), fc.array(anyBank, { maxLength: 6 }), (id, banks) => {
      const readings = told(id, ...banks);
      expect(slowReadings.decode(slowReadings.encode(readings))).toEqual(readings);
      const names = readings.devices.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test('rules may name every device of the description, and no two have one name', () => {
  const devices = slowDevices(readDetectorFile());
  const names = devices.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(devices).toContainEqual({ name: 'L:GAS_TEMPERATURE', length: 1, units: 'C' });
  expect(devices).toContainEqual({ name: 'L:GASSYSTEM_MSRD', length: 330, units: '' });
  expect(names).not.toContain('L:SOURCEMOTOR_INPT');
});
