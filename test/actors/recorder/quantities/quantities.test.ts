import { describe, expect, it, test } from 'vitest';
import { quantitiesOf } from '../../../../actors/recorder/quantities/quantities.ts';
import { device, readingsOf } from '../fixtures.ts';

type Scalars = Record<string, readonly [value: number, units: string]>;

/** What is made of the readings of one trigger. */
const made = ({
  scalars = {},
  arrays = {},
}: {
  scalars?: Scalars;
  arrays?: Record<string, number[]>;
}): Record<string, number> =>
  Object.fromEntries(
    quantitiesOf(
      readingsOf(1_795_000_000, [
        ...Object.entries(scalars).map(([name, [value, units]]) => device(name, [value], { units })),
        ...Object.entries(arrays).map(([name, values]) => device(name, values)),
      ]),
    ),
  );

describe('protons on target', () => {
  it('are those of the toroid near the target', () => {
    expect(made({ scalars: { 'E:TRTGTD': [25.1, 'E12'], 'E:TR101D': [24, 'E12'] } })).toEqual({
      pot: 25.1,
    });
  });

  it('are those of the upstream toroid when the near one reads nothing, is missing or NaN', () => {
    expect(made({ scalars: { 'E:TRTGTD': [0.01, 'E12'], 'E:TR101D': [24, 'E12'] } })).toEqual({
      pot: 24,
    });
    expect(made({ scalars: { 'E:TR101D': [23, 'E12'] } })).toEqual({ pot: 23 });
    expect(made({ scalars: { 'E:TRTGTD': [Number.NaN, 'E12'], 'E:TR101D': [22, 'E12'] } })).toEqual({
      pot: 22,
    });
  });

  it('are those of the other chain when both digital toroids are missing', () => {
    expect(made({ scalars: { 'E:TOR101': [21, 'E12'] } })).toEqual({ pot: 21 });
  });

  it('are 0, not missing, when toroids read and see nothing', () => {
    expect(made({ scalars: { 'E:TRTGTD': [0.001, 'E12'], 'E:TR101D': [-0.3, 'E12'] } })).toEqual({
      pot: 0,
    });
    expect(made({ scalars: { 'I:BEAM': [30, 'E12'] } })).toEqual({});
  });

  it('follow the unit that came with the value', () => {
    expect(made({ scalars: { 'E:TRTGTD': [2.5e13, 'protons'] } })['pot']).toBeCloseTo(25, 9);
    expect(made({ scalars: { 'E:TRTGTD': [2.5, 'E13'] } })['pot']).toBeCloseTo(25, 9);
    expect(made({ scalars: { 'E:TRTGTD': [25, '10^12'] } })['pot']).toBeCloseTo(25, 9);
    expect(made({ scalars: { 'E:TRTGTD': [25, 'mm'] } })).toEqual({});
  });
});

describe('the horn current', () => {
  it('is the calibrated sum of four strip lines, and is missing when one of them is', () => {
    const lines: Scalars = {
      'E:NSLINA': [-46, 'kA'],
      'E:NSLINB': [-46.1, 'kA'],
      'E:NSLINC': [-46.2, 'kA'],
      'E:NSLIND': [-46.3, 'kA'],
    };
    const expected =
      (-46 - 0.01) / 0.9951 + (-46.1 + 0.14) / 0.9957 + (-46.2 + 0.05) / 0.9965 + (-46.3 + 0.07) / 0.9945;
    expect(made({ scalars: lines })['horn_current']).toBeCloseTo(expected, 9);
    const { 'E:NSLINC': _, ...three } = lines;
    expect(made({ scalars: three })).toEqual({});
  });
});

/** A straight line through the target at `on` mm with `slope` mm per foot, seen at a station. */
const line = (on: number[], slope: number, feet: number) => [9, ...on.map(mm => mm + slope * feet)];

describe('the position on target', () => {
  const arrays = (intensity: number[]) => ({
    'E:HP121': line([1, 1, 1, 1, 1, 4], 0.02, -68.04458),
    'E:HPTGT': line([1, 1, 1, 1, 1, 4], 0.02, -31.25508),
    'E:HITGT': [99, ...intensity],
  });

  it('is where a straight line through both monitors meets the target, batch 0 left aside', () => {
    expect(made({ arrays: arrays([5, 5, 5, 5, 5, 0]) })['target_x']).toBeCloseTo(1, 9);
  });

  it('weighs each batch by its intensity', () => {
    expect(made({ arrays: arrays([1, 1, 1, 1, 1, 5]) })['target_x']).toBeCloseTo(2.5, 9);
  });

  it('is missing, not 0, without beam', () => {
    expect(made({ arrays: arrays([0, 0, 0, 0, 0, 0]) })).toEqual({});
  });

  it('takes the one value of a monitor that gives but one', () => {
    const single = { 'E:HP121': [1 - 0.02 * 68.04458], 'E:HPTGT': [1 - 0.02 * 31.25508] };
    expect(made({ arrays: single })['target_x']).toBeCloseTo(1, 9);
  });
});

describe('the profile', () => {
  const wires = (centre: number, sigma: number, floor = 0.05): number[] =>
    Array.from({ length: 216 }, (_, channel) => {
      const wire = channel >= 151 ? channel - 151 : channel - 103;
      const pull = (0.5 * (wire - 23.5) - centre) / sigma;
      return channel < 103 || channel > 198 ? 0 : -(floor + 1.5 * Math.exp((-pull * pull) / 2));
    });

  it('has the centre and the sigma of its Gaussian, whatever it stands on', () => {
    for (const [centre, sigma] of [
      [0.3, 1.1],
      [-1.2, 0.8],
      [2, 1.5],
    ] as const) {
      const quantities = made({ arrays: { 'E:MTGTDS': wires(centre, sigma) } });
      expect(quantities['profile_x']).toBeCloseTo(centre, 1);
      expect(Math.abs((quantities['width_y'] ?? 0) / sigma - 1)).toBeLessThan(0.06);
    }
  });

  it('has no width where there is only noise', () => {
    const noise = Array.from({ length: 216 }, (_, channel) => Math.sin(channel * 12.9898) * 0.004);
    expect(made({ arrays: { 'E:MTGTDS': noise } })).toEqual({});
  });
});

test('a monitor is the mean of its pixels, and of nothing else in its array', () => {
  const pixels = (channels: readonly number[]) =>
    Array.from({ length: 216 }, (_, channel) => (channels.includes(channel) ? 2 : 1_000));
  const upTo = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const arrays = {
    'E:HADMDS': pixels([103, ...upTo(151, 198)]),
    'E:MMA3PD': pixels([...upTo(103, 135), ...upTo(151, 198)]).map((volt, channel) =>
      channel === 120 ? Number.NaN : volt,
    ),
  };
  expect(made({ arrays })).toEqual({ hadron_signal: 2, muon_3_pedestal: 2 });
});

it('arrays of any length, NaN and infinities make no quantity that is not finite', () => {
  const odd = [[], [Number.NaN], [1, 2], Array.from({ length: 300 }, () => Number.POSITIVE_INFINITY)];
  for (const values of odd) {
    const arrays = Object.fromEntries(
      [
        'E:HP121',
        'E:HPTGT',
        'E:HITGT',
        'E:VP121',
        'E:VPTGT',
        'E:VITGT',
        'E:MTGTDS',
        'E:HADMDS',
        'E:MMA1PD',
      ].map(device => [device, values]),
    );
    expect(Object.values(made({ arrays })).every(Number.isFinite)).toBe(true);
  }
});

test('what is read between spills says nothing of the beam', () => {
  const body = readingsOf(1_795_000_000, [device('E:TRTGTD', [25], { units: 'E12' })]);
  expect(quantitiesOf({ ...body, inOut: 'out' })).toEqual([]);
});
