import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnusable } from '../../../../protocol/expression/value.ts';
import { evaluate, failure } from '../world.ts';

interface Truth {
  readonly amplitude: number;
  readonly centre: number;
  readonly sigma: number;
  readonly constant: number;
}

/** Noise that is the same in every run: sums of uniform numbers, of variance 1. */
function* normal(seed: number): Generator<number, never> {
  let state = seed;
  const uniform = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  for (;;) yield Array.from({ length: 12 }, uniform).reduce((sum, one) => sum + one, -6);
}

/** What 48 wires, 0.5 mm apart, read of a profile: upside down, as the front end gives it. */
const wires = ({ amplitude, centre, sigma, constant }: Truth, noise = 0, seed = 1): number[] => {
  const random = normal(seed);
  return Array.from({ length: 48 }, (_, index) => {
    const x = 0.5 * (index - 23.5);
    return -(
      amplitude * Math.exp(-0.5 * ((x - centre) / sigma) ** 2) +
      constant +
      noise * random.next().value
    );
  });
};

const BEAM: Truth = { amplitude: 1.7, centre: -0.35, sigma: 1.12, constant: 0.08 };

/** The 198 channels of E:MTGTDS: horizontal wires at 103 to 150, vertical ones at 151 to 198 (numi.md 4.3). */
const multiwire = (horizontal: number[], vertical: number[]): number[] => [
  ...Array<number>(103).fill(-9),
  ...horizontal,
  ...vertical,
];

describe('width by a fit', () => {
  test('a clean profile gives its sigma and centre', () => {
    const devices = { 'E:PROF': wires(BEAM) };
    expect(evaluate('gaussianWidth(E:PROF)', { devices })).toBeCloseTo(1.12, 6);
    expect(evaluate('gaussianCentre(E:PROF)', { devices })).toBeCloseTo(-0.35, 6);
  });

  test('any profile that fits on the wires is found, far from the start values too', () => {
    const truth = fc.record({
      amplitude: fc.double({ min: 0.05, max: 50, noNaN: true }),
      centre: fc.double({ min: -6, max: 6, noNaN: true }),
      sigma: fc.double({ min: 0.5, max: 2.5, noNaN: true }),
      constant: fc.double({ min: -0.02, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(truth, one => {
        expect(evaluate('gaussianWidth(E:PROF)', { devices: { 'E:PROF': wires(one) } })).toBeCloseTo(
          one.sigma,
          4,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('with noise of 2 % the width is right within four of its errors', () => {
    // Error of a fitted sigma: noise / amplitude * sqrt(2 * sigma * pitch / sqrt(pi)), with a free constant a third more.
    const error = ((0.02 * 1.35) / 1) * Math.sqrt((2 * BEAM.sigma * 0.5) / Math.sqrt(Math.PI));
    const widths = Array.from({ length: 60 }, (_, seed) =>
      evaluate('gaussianWidth(E:PROF)', {
        devices: { 'E:PROF': wires(BEAM, 0.02 * BEAM.amplitude, seed + 1) },
      }),
    ).map(Number);
    for (const width of widths) expect(Math.abs(width - BEAM.sigma)).toBeLessThan(4 * error);
    const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
    expect(Math.abs(mean - BEAM.sigma)).toBeLessThan((4 * error) / Math.sqrt(widths.length));
  });

  test('dead wires are left out and not taken for no beam', () => {
    const profile = wires(BEAM);
    for (const dead of [3, 22, 24, 25, 40]) profile[dead] = 0;
    expect(evaluate('gaussianWidth(E:PROF)', { devices: { 'E:PROF': profile } })).toBeCloseTo(1.12, 6);
  });

  test('both planes of a multiwire are found by their first wire', () => {
    const devices = { 'E:MTGTDS': multiwire(wires(BEAM), wires({ ...BEAM, sigma: 0.9 })) };
    expect(devices['E:MTGTDS']).toHaveLength(199);
    expect(evaluate('gaussianWidth(E:MTGTDS, 103)', { devices })).toBeCloseTo(1.12, 6);
    expect(evaluate('gaussianWidth(E:MTGTDS, 151)', { devices })).toBeCloseTo(0.9, 6);
    expect(failure('gaussianWidth(E:MTGTDS, 152)', { devices })).toMatch(
      /elements 152 to 199 are asked for; accepted: 0 to 198/,
    );
  });

  test('another pitch scales the width', () => {
    const devices = { 'E:PROF': wires(BEAM) };
    expect(evaluate('gaussianWidth(E:PROF, 0, 48, 1)', { devices })).toBeCloseTo(2.24, 6);
  });

  test('a spill without beam has no width, rather than that of its noise', () => {
    const ghosts = Array.from({ length: 200 }, (_, seed) =>
      evaluate('gaussianWidth(E:PROF)', {
        devices: { 'E:PROF': wires({ ...BEAM, amplitude: 0, constant: 0 }, 0.02, seed + 1) },
      }),
    );
    const found = ghosts.filter(ghost => !isUnusable(ghost));
    expect(found.length).toBeLessThanOrEqual(ghosts.length * 0.05);
    expect(failure('gaussianWidth(E:PROF)', { devices: { 'E:PROF': Array<number>(48).fill(0) } })).toBe(
      'CALC: the profile shows no peak',
    );
    expect(failure('gaussianWidth(E:PROF)', { devices: { 'E:PROF': Array<number>(48).fill(-1) } })).toMatch(
      /no peak/,
    );
  });

  test('a wire that reads NaN is told, and only when it is among those asked for', () => {
    const horizontal = wires(BEAM);
    horizontal[7] = Number.NaN;
    const devices = { 'E:MTGTDS': multiwire(horizontal, wires(BEAM)) };
    expect(failure('gaussianWidth(E:MTGTDS, 103)', { devices })).toBe('CALC: gaussianWidth: wire 7 is NaN');
    expect(evaluate('gaussianWidth(E:MTGTDS, 151)', { devices })).toBeCloseTo(1.12, 6);
  });

  test('whatever the wires read, there is a finite width or a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 48, maxLength: 48 }), profile => {
        const value = evaluate('gaussianWidth(E:PROF)', { devices: { 'E:PROF': profile } });
        expect(isUnusable(value) || (typeof value === 'number' && value >= 0 && Number.isFinite(value))).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('width by moments', () => {
  test('channels above 20 % of the highest count, weighted by their signal', () => {
    // Of 1, 10, 10, 1 (highest 10) the two in the middle count: 0.25 mm to either side.
    const devices = { 'E:PROF': [-1, -10, -10, -1] };
    expect(evaluate('momentWidth(E:PROF, 0, 4)', { devices })).toBeCloseTo(0.25, 12);
    // Of 3, 10, 3 all: sqrt((3 + 3) * 0.5^2 / 16).
    expect(evaluate('momentWidth(E:PROF, 0, 3)', { devices: { 'E:PROF': [-3, -10, -3] } })).toBeCloseTo(
      Math.sqrt((6 * 0.25) / 16),
      12,
    );
  });

  test('of a Gaussian it sees 0.83 sigma, as documented', () => {
    const devices = { 'E:PROF': wires({ ...BEAM, centre: 0, sigma: 2.5, constant: 0 }) };
    expect(Number(evaluate('momentWidth(E:PROF)', { devices })) / 2.5).toBeCloseTo(0.83, 1);
  });

  test('without signal there is no width', () => {
    expect(failure('momentWidth(E:PROF)', { devices: { 'E:PROF': Array<number>(48).fill(5) } })).toMatch(
      /no peak/,
    );
  });
});
