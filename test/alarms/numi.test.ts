import { describe, expect, test } from 'vitest';
import { QUIET } from '../../fixtures/simulator/scenario.ts';
import { travelling, valuesOf } from '../../protocol/messages/readings.ts';
import { byText, idsOf, names, type Played, play, withValues } from './played.ts';

test('an hour of quiet running raises no alarm at all', () => {
  expect(play({ seconds: 3600 })).toEqual({ fired: [], modes: ['beam-on'], active: [] });
});

const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  demo: [],
  'horn-trip': ['beam/horn/trip MAJOR'],
  'beam-off': ['beam/intensity/pot MAJOR', 'flow/callbacks-silent MAJOR'],
  'ghost-spill': ['beam/intensity/ghost-spills MINOR'],
  'missing-device': ['beam/intensity/toroids-missing MAJOR', 'beam/target/profile-missing MINOR'],
  'position-drift': ['beam/target/position-x MINOR'],
  'stalled-engine': ['flow/callbacks-silent MAJOR'],
  'clock-skew': ['flow/device-time MINOR', 'flow/frozen-stamps MINOR'],
  'late-callback': [],
  'duplicate-callback': [],
  'bad-value': [
    'flow/spoilt-readings MINOR',
    'beam/target/position-missing MINOR',
    'beam/horn/current INVALID',
  ],
};

describe('what a scenario of the simulator raises, and nothing else', () => {
  for (const [scenario, expected] of Object.entries(SCENARIOS))
    test(`scenario ${scenario}`, () => {
      expect(names(play({ scenario }))).toEqual(expected.toSorted(byText));
    });
});

test('a horn trip is told with the first bad spill', () => {
  const [trip] = play({ scenario: 'horn-trip' }).fired;
  // The horn trips at 30 s; the first $A9 after it is at 30.58 s, and its readings are stored 37 ms later.
  expect(trip?.second).toBeGreaterThan(30.58);
  expect(trip?.second).toBeLessThan(30.63);
  expect(trip).toMatchObject({ mode: 'beam-on', audience: ['shifter', 'expert'] });
});

test('a horn that is off on purpose is no alarm, once somebody has said so', () => {
  expect(names(play({ scenario: 'horn-trip', mode: 'horn-off' }))).toEqual([]);
});

test('commissioning lets anything happen to the beam, maintenance to the front end too', () => {
  for (const scenario of ['beam-off', 'ghost-spill', 'position-drift', 'horn-trip']) {
    const silent = scenario === 'beam-off' ? ['flow/callbacks-silent MAJOR'] : [];
    expect(names(play({ scenario, mode: 'commissioning' }))).toEqual(silent);
    expect(names(play({ scenario, mode: 'maintenance' }))).toEqual([]);
  }
  expect(names(play({ scenario: 'stalled-engine', mode: 'maintenance' }))).toEqual([]);
});

test('a beam that stays away becomes a mode, its alarm goes, and it comes back without one', () => {
  const told = play({
    seconds: 400,
    readings: (body, second) => (second > 60 && second < 300 ? withValues(body, NO_PROTONS) : body),
  });
  expect(names(told)).toEqual(['beam/intensity/pot MAJOR']);
  expect(told.modes).toEqual(['beam-on', 'beam-off', 'beam-on']);
  expect(told.active).toEqual([]);
});

test('no $A9 for minutes is a mode too, as long as the front end goes on telling pedestals', () => {
  const told = play({
    seconds: 600,
    readings: (body, second) => (second > 60 && body.trigger === 'A9' ? null : body),
  });
  expect(names(told)).toEqual(['flow/no-spill MINOR']);
  expect(told.modes).toEqual(['beam-on', 'beam-off']);
  expect(told.active).toEqual([]);
});

test('before a beam has ever been there nobody is told that it is missing', () => {
  const told = play({ readings: body => withValues(body, NO_PROTONS) });
  expect(told).toEqual({ fired: [], modes: ['beam-off'], active: [] });
});

const NO_PROTONS = {
  'E:TRTGTD': 0,
  'E:TR101D': 0,
  'E:TORTGT': 0,
  'E:TOR101': 0,
  'E:HITGT': 0,
  'E:VITGT': 0,
};

interface Case extends Played {
  readonly name: string;
  readonly fires: readonly string[];
}

const inSpill =
  (values: Readonly<Record<string, number>>): NonNullable<Played['readings']> =>
  (body, second) =>
    second > 60 ? withValues(body, values) : body;

const CASES: readonly Case[] = [
  {
    name: 'the timing is changed to a spill a second',
    scenario: { ...QUIET, timeline: { spacingMs: 1000, supercycleMs: 60_500, gapMs: 6500 } },
    fires: ['flow/spills-too-close MINOR'],
  },
  {
    name: 'fewer protons than the strict cut',
    readings: inSpill({ 'E:TRTGTD': 1.5, 'E:TR101D': 1.5, 'E:TORTGT': 1.5, 'E:TOR101': 1.5 }),
    fires: ['beam/intensity/pot MINOR'],
  },
  {
    name: 'no toroid is read out',
    readings: (body, second) =>
      second > 60
        ? {
            ...body,
            devices: body.devices.filter(({ name }) => !/^E:T(?:R|O)/.test(name)),
            problems: body.devices
              .filter(({ name }) => /^E:T(?:R|O)/.test(name))
              .map(({ name }) => ({ device: name, code: 'DEVICE_MISSING', detail: '' })),
          }
        : body,
    fires: ['beam/intensity/no-toroid MAJOR'],
  },
  {
    name: 'the horn current is set a little too low',
    readings: inSpill({ 'E:NSLINA': -42.6 }),
    fires: ['beam/horn/current MINOR'],
  },
  {
    name: 'the horn current is beyond what is used',
    readings: inSpill({ 'E:NSLINA': -39 }),
    fires: ['beam/horn/current MAJOR'],
  },
  {
    name: 'the beam is far off vertically',
    readings: inSpill({ 'E:VP121': 3, 'E:VPTGT': 3 }),
    fires: ['beam/target/position-y MAJOR'],
  },
  {
    name: 'one position monitor is missing',
    readings: (body, second) =>
      second > 60 && body.inOut === 'in'
        ? {
            ...body,
            devices: body.devices.filter(({ name }) => name !== 'E:VITGT'),
            problems: [{ device: 'E:VITGT', code: 'DEVICE_MISSING', detail: '' }],
          }
        : body,
    fires: ['beam/target/position-missing MINOR'],
  },
  {
    name: 'the beam is squeezed to half its width',
    readings: (body, second) =>
      second > 60
        ? {
            ...body,
            devices: body.devices.map(device =>
              device.name === 'E:MTGTDS' ? { ...device, ...travelling(narrow(valuesOf(device))) } : device,
            ),
          }
        : body,
    fires: ['beam/target/width-x MINOR', 'beam/target/width-y MINOR'],
  },
  ...(
    [
      ['hadron', 'E:HADMPD'],
      ['muon-1', 'E:MMA1PD'],
      ['muon-2', 'E:MMA2PD'],
      ['muon-3', 'E:MMA3PD'],
    ] as const
  ).map(([monitor, device]) => ({
    name: `pedestals of ${device} run away`,
    readings: inSpill({ [device]: 0.4 }),
    fires: [`beam/monitors/pedestal-${monitor} MINOR`],
  })),
  {
    name: 'the kicker loses voltage',
    readings: inSpill({ 'I:KPS6N': 47 }),
    fires: ['beam/kicker/voltage MINOR'],
  },
  {
    name: 'beam in the kicker gap',
    readings: inSpill({ 'I:BNKG': 1.8 }),
    fires: ['beam/kicker/gap MINOR'],
  },
];

/** Every second wire takes the place of every one: half as wide about the middle, in both planes. */
const narrow = (wires: readonly number[]): number[] =>
  wires.map((value, channel) => {
    const first = channel < 151 ? 103 : 151;
    const wire = channel - first;
    if (wire < 0 || wire > 47) return value;
    return wires[first + Math.round(23.5 + (wire - 23.5) * 2.2)] ?? 0.001;
  });

describe('what can go wrong beyond the scenarios', () => {
  for (const { name, fires, ...played } of CASES)
    test(`when ${name}`, () => {
      expect(names(play(played))).toEqual(fires.toSorted(byText));
    });
});

test('no alarm is shipped that no test has seen', () => {
  const fires = [...Object.values(SCENARIOS), ...CASES.map(one => one.fires), ['flow/no-spill MINOR']].flat();
  const seen = new Set(fires.map(one => one.split(' ')[0]));
  expect(idsOf('alarms/numi.yaml').filter(id => !seen.has(id))).toEqual([]);
});
