import { expect, test } from 'vitest';
import { beam } from '../../../protocol/expression/functions/beam.ts';
import { beamStateOf, hornCurrentOf, potOf } from '../../../web/app/beam.ts';
import { initialStatus } from '../../../web/app/status.ts';
import { spill } from '../helpers/made-up.ts';

const LINES = ['E:NSLINA', 'E:NSLINB', 'E:NSLINC', 'E:NSLIND'];

test('the horn current is the one that the alarm engine calculates', () => {
  const { values } = spill();
  const given = LINES.map(name => values[name] ?? Number.NaN);
  expect(hornCurrentOf({ values })).toBeCloseTo(Number(beam['hornCurrent']?.call(given)), 9);
});

test('a strip line or toroid that is missing is not taken for zero', () => {
  expect(hornCurrentOf({ values: { 'E:NSLINA': -49 } })).toBeUndefined();
  expect(potOf({ values: {} })).toBeUndefined();
  expect(potOf({ values: { 'E:TR101D': 30 } })).toBe(30);
});

test('beam in words, and no word of beam without a connection', () => {
  const now = Date.now();
  const word = (over: object, nowMs = now) =>
    beamStateOf({ ...initialStatus('v1', now), connected: true, ...over }, nowMs).word;
  expect(word({ spill: spill() })).toBe('BEAM');
  expect(word({ spill: spill({ values: {} }) })).toBe('NO BEAM');
  expect(word({ spill: spill() }, now + 25_000)).toBe('NO SPILLS');
  expect(word({})).toBe('NO SPILL YET');
  expect(word({ connected: false, spill: spill() })).toBe('NOT KNOWN');
});
