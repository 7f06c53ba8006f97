import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, failure } from '../world.ts';

describe('horn current', () => {
  test('four strip lines of -46.2 kA are the -185.4 kA of the calibration (numi.md 6)', () => {
    const devices = { 'E:NSLINA': -46.2, 'E:NSLINB': -46.2, 'E:NSLINC': -46.2, 'E:NSLIND': -46.2 };
    expect(evaluate('hornCurrent(E:NSLINA, E:NSLINB, E:NSLINC, E:NSLIND)', { devices })).toBeCloseTo(
      -185.394,
      3,
    );
  });

  test('each strip line has its own offset and gain', () => {
    expect(evaluate('hornCurrent(0.01 + 0.9951, -0.14, -0.05, -0.07)')).toBeCloseTo(1, 12);
    expect(evaluate('hornCurrent(0.01, 0.9957 - 0.14, -0.05, -0.07)')).toBeCloseTo(1, 12);
    expect(evaluate('hornCurrent(0.01, -0.14, 0.9965 - 0.05, -0.07)')).toBeCloseTo(1, 12);
    expect(evaluate('hornCurrent(0.01, -0.14, -0.05, 0.9945 - 0.07)')).toBeCloseTo(1, 12);
  });
});

describe('protons on target', () => {
  const toroids = (values: Record<string, number>, units = 'E12') => ({
    devices: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { values: [value], units }]),
    ),
  });

  test.each([
    ['the first toroid', { 'E:TRTGTD': 25, 'E:TR101D': 24 }, 25],
    ['at the threshold it is still believed', { 'E:TRTGTD': 0.02, 'E:TR101D': 24 }, 0.02],
    ['below the threshold the second one', { 'E:TRTGTD': 0.0199, 'E:TR101D': 24 }, 24],
    ['and 0 when that is negative', { 'E:TRTGTD': 0.01, 'E:TR101D': -0.1 }, 0],
    ['the second one where the first is missing', { 'E:TR101D': 24 }, 24],
    ['0 where the second is missing and the first too low', { 'E:TRTGTD': 0.01 }, 0],
  ])('NOvA: %s', (_, values, expected) => expect(evaluate('pot()', toroids(values))).toBe(expected));

  test.each([
    ['the first that is not zero', { 'E:TRTGTD': 0, 'E:TORTGT': 0, 'E:TOR101': 23, 'E:TR101D': 22 }, 23],
    ['missing ones are passed over', { 'E:TOR101': 23, 'E:TR101D': 22 }, 23],
    ['0 when all that are there are', { 'E:TORTGT': 0, 'E:TR101D': 0 }, 0],
  ])('MINOS: %s', (_, values, expected) => expect(evaluate("pot('minos')", toroids(values))).toBe(expected));

  test('no toroid at all is told apart from no protons', () => {
    expect(failure('pot()')).toBe('UDF: E:TRTGTD has never come');
    expect(failure("pot('minos')")).toBe('UDF: E:TRTGTD has never come');
  });

  test('the scale is that of the units, never one assumed from the name', () => {
    expect(evaluate('pot()', toroids({ 'E:TRTGTD': 25 }))).toBe(25);
    expect(evaluate('pot()', toroids({ 'E:TRTGTD': 2500 }, 'E10'))).toBeCloseTo(25, 10);
    expect(evaluate('pot()', toroids({ 'E:TRTGTD': 2.5e13 }, 'protons'))).toBeCloseTo(25, 10);
    expect(evaluate('pot()', toroids({ 'E:TRTGTD': 25 }, ''))).toBe(25);
    expect(failure('pot()', toroids({ 'E:TRTGTD': 25 }, 'mm'))).toBe(
      'CALC: E:TRTGTD is in "mm", which is no number of protons',
    );
  });

  test('another threshold may be given', () => {
    expect(evaluate("pot('nova', 0.5)", toroids({ 'E:TRTGTD': 0.4, 'E:TR101D': 24 }))).toBe(24);
  });
});

describe('position on target', () => {
  const Z = [-68.04458, -31.25508] as const;
  const text = `extrapolate(E:HP121, E:HPTGT, ${Z[0]}, ${Z[1]}, E:HITGT)`;
  /** What two stations see of a straight beam that passes `x` at the target. */
  const stations = (batches: readonly { x: number; slope: number; protons: number }[]) => ({
    devices: {
      'E:HP121': [99, ...batches.map(({ x, slope }) => x + slope * Z[0])],
      'E:HPTGT': [99, ...batches.map(({ x, slope }) => x + slope * Z[1])],
      'E:HITGT': [99, ...batches.map(({ protons }) => protons)],
    },
  });

  test('batches are carried to the target and weighted by their intensity; element 0 is no batch', () => {
    const batch = fc.record({
      x: fc.double({ min: -3, max: 3, noNaN: true }),
      slope: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      protons: fc.double({ min: 0.1, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), batches => {
        const weight = batches.reduce((sum, { protons }) => sum + protons, 0);
        const expected = batches.reduce((sum, { x, protons }) => sum + x * protons, 0) / weight;
        expect(evaluate(text, stations(batches))).toBeCloseTo(expected, 9);
      }),
    );
  });

  test('a batch without intensity has no position, whatever its station reads', () => {
    const batches = [
      { x: 1, slope: 0.01, protons: 5 },
      { x: Number.NaN, slope: 0, protons: 0 },
      { x: -40, slope: 0, protons: -0.01 },
    ];
    expect(evaluate(text, stations(batches))).toBeCloseTo(1, 12);
    expect(failure(text, stations([{ x: 1, slope: 0, protons: 0 }]))).toBe(
      'CALC: extrapolate: no batch has intensity',
    );
  });

  test('a batch with intensity and no position is not left out', () => {
    const batches = [
      { x: 1, slope: 0, protons: 5 },
      { x: Number.NaN, slope: 0, protons: 5 },
    ];
    expect(failure(text, stations(batches))).toMatch(/^CALC: .*comes to NaN/);
    expect(failure(text, stations([{ x: 1, slope: 0, protons: Number.NaN }]))).toMatch(/^CALC/);
  });

  test('where only one value is present, element 0 is it', () => {
    const devices = { 'E:HP121': 1, 'E:HPTGT': 2, 'E:HITGT': 7 };
    const slope = 1 / (Z[1] - Z[0]);
    expect(evaluate(text, { devices })).toBeCloseTo(2 - slope * Z[1], 12);
    expect(
      evaluate(text, { devices: { 'E:HP121': [1, 50, 60], 'E:HPTGT': [2, 50, 60], 'E:HITGT': 7 } }),
    ).toBeCloseTo(2 - slope * Z[1], 12);
  });

  test('arrays of different lengths are not silently cut', () => {
    const devices = { 'E:HP121': [0, 1, 2], 'E:HPTGT': [0, 1], 'E:HITGT': [0, 1, 1] };
    expect(failure(text, { devices })).toBe(
      'CALC: extrapolate: arrays of 3, 2 and 3 values; accepted: equal lengths',
    );
    expect(failure('extrapolate(E:HP121, E:HP121, 1, 1, E:HP121)', { devices })).toMatch(
      /stations stand at one place/,
    );
  });
});
