import { expect, test } from 'vitest';
import { conditionsOf } from '../../../../actors/event-intake/conditions/conditions.ts';
import { odbDump } from '../../../../fixtures/midas/odb-dump.ts';
import { readOdb } from '../../../../protocol/midas/midas.ts';
import { readDetectorFile } from '../../../../runtime/config/detector-file.ts';

const PATHS = readDetectorFile().conditions;
const START = { seconds: 1_702_596_797, nanoseconds: 0 };

const of = (tree: object) =>
  conditionsOf({ kind: 'tree', tree: tree as Record<string, unknown>, mended: false }, START, PATHS);

const dump = (pedestal: boolean) =>
  readOdb(
    Buffer.from(
      odbDump({
        runNumber: 42_901,
        description: 'S000:DATA:Fe',
        pedestal,
        source: true,
        pmts: true,
        startTime: START.seconds,
        stopTime: null,
        events: 0,
      }),
    ),
  );

test('the ODB of LIME tells exposure, pedestal, high voltage, and the columns of the run log', () => {
  const data = conditionsOf(dump(false), START, PATHS);
  expect(data.runOf).toEqual({ startedAt: START, pedestal: false, highVoltage: true, exposure: 0.3 });
  expect(data.description).toBe('S000:DATA:Fe');
  expect(data.conditions).toMatchObject({
    GEM1_V: 400,
    GEM3_V: 400,
    DRIFT_V: 960,
    PMT3_V: 800,
    source_type: 1,
    pmt_acquisition: true,
    run_type: 0,
  });
  expect(data.equipment).toEqual(
    new Map([
      [1, 'Trigger'],
      [3, 'HV'],
      [5, 'Environment'],
    ]),
  );
  const pedestal = conditionsOf(dump(true), START, PATHS);
  expect(pedestal.runOf).toMatchObject({ pedestal: true, highVoltage: false });
});

test('what an ODB does not say is not made up', () => {
  expect(of({})).toEqual({
    runOf: { startedAt: START, pedestal: false, highVoltage: null, exposure: null },
    description: '',
    conditions: {},
    equipment: new Map(),
  });
  expect(conditionsOf(null, START, PATHS).equipment).toBeNull();
  expect(conditionsOf({ kind: 'unreadable', text: '', reason: '' }, START, PATHS).equipment).toBeNull();
});

test.each([
  [0, null],
  [-1, null],
  ['NaN', null],
  ['0x00000002', 2],
  [0.5, 0.5],
])('an exposure of %s is %s', (given, exposure) => {
  expect(of({ Configurations: { Exposure: given } }).runOf.exposure).toBe(exposure);
});

test.each([
  [true, true],
  [1, true],
  ['0x00000001', true],
  ['y', true],
  [false, false],
  [0, false],
  ['0x00000000', false],
  ['n', false],
])('a pedestal flag of %s is %s', (given, pedestal) => {
  expect(of({ Configurations: { Pedestal: given } }).runOf.pedestal).toBe(pedestal);
});

test('two equipments of one id, or of one subject, leave one name each: no event is taken for one of the other', () => {
  const named = (id: number) => ({ Common: { 'Event ID': id } });
  const { equipment } = of({
    Equipment: { 'Gas A': named(6), Other: named(6), gas_a: named(7), 'No id': {} },
  });
  expect(equipment).toEqual(new Map([[6, 'Gas A']]));
});
