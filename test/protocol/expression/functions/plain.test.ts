import { describe, expect, test } from 'vitest';
import { FORMS, FUNCTIONS } from '../../../../protocol/expression/call.ts';
import { fieldsOfHealth } from '../../../../protocol/expression/health-fields.ts';
import type { HealthInput } from '../../../../protocol/expression/scope.ts';
import type { Health } from '../../../../protocol/messages/health.ts';
import { evaluate, failure, NOW } from '../world.ts';

const world = { devices: { 'E:ARR': [4, 0, -2, 6, 0], 'E:A': 3 } };

describe('functions of numbers and arrays', () => {
  test.each<[string, number]>([
    ['abs(-3.5)', 3.5],
    ['sqrt(2)', Math.SQRT2],
    ['exp(1)', Math.E],
    ['log(exp(2))', 2],
    ['log10(1e-3)', -3],
    ['sign(-4)', -1],
    ['pow(2, 10)', 1024],
    ['round(2.345)', 2],
    ['round(2.345, 2)', 2.35],
    ['clamp(7, 0, 5)', 5],
    ['clamp(-7, 0, 5)', 0],
    ['min(3, E:ARR)', -2],
    ['max(E:ARR, 7)', 7],
    ['sum(E:ARR)', 8],
    ['mean(E:ARR)', 1.6],
    ['mean(1, 2, 6)', 3],
    ['median(E:ARR)', 0],
    ['median(1, 2, 6, 9)', 4],
    ['stddev(2, 4, 4, 4, 5, 5, 7, 9)', 2],
    ['nonZero(E:ARR)', 3],
    ['length(E:ARR)', 5],
    ['sum(slice(E:ARR, 2, 3))', 4],
    ['slice(E:ARR, 1, 4)[2]', 6],
  ])('%s is %s', (text, expected) => expect(evaluate(text, world)).toBeCloseTo(expected, 12));

  test('within holds at both ends', () => {
    expect(evaluate('within(5, 0, 5)')).toBe(true);
    expect(evaluate('within(0, 0, 5)')).toBe(true);
    expect(evaluate('within(5.1, 0, 5)')).toBe(false);
  });

  test('a slice beyond the end is told, not cut', () => {
    expect(failure('sum(slice(E:ARR, 3, 5))', world)).toBe(
      'CALC: elements 3 to 5 are asked for; accepted: 0 to 4',
    );
  });
});

describe('triggers and time', () => {
  const triggers = { A9: [NOW - 61_000, NOW - 60_000, NOW - 59_000, NOW - 30_000, NOW - 2500] };

  test('sinceLast, counts and rate speak of the moment of evaluation', () => {
    expect(evaluate("sinceLast('A9')", { triggers })).toBe(2.5);
    expect(evaluate("counts('A9', 60s)", { triggers })).toBe(3);
    expect(evaluate("rate('A9', 1m)", { triggers })).toBe(0.05);
    expect(evaluate("counts('AD', 60s)", { triggers })).toBe(0);
  });

  test('what never came is as old as the looking for it', () => {
    expect(evaluate("sinceLast('A9')", { since: NOW - 12_000 })).toBe(12);
    expect(evaluate('age(E:X)', { since: NOW - 12_000 })).toBe(12);
    expect(evaluate('age(E:X)', { devices: { 'E:X': { values: [1], at: NOW - 90_000 } } })).toBe(90);
  });
});

describe('the reading before', () => {
  const before = (status = 0) => ({ devices: { 'E:A': { values: [5], previous: { values: [3], status } } } });

  test('previous and change compare neighbouring readings', () => {
    expect(evaluate('previous(E:A)', before())).toBe(3);
    expect(evaluate('change(E:A)', before())).toBe(2);
    expect(
      evaluate('previous(E:ARR)[1]', {
        devices: { 'E:ARR': { values: [1, 2], previous: { values: [3, 4], status: 0 } } },
      }),
    ).toBe(4);
  });

  test('the first reading of all has none before, which is waited for', () => {
    expect(failure('change(E:A)', world)).toBe('UDF (waiting): E:A has come only once');
    expect(failure('previous(E:A)', before(14))).toMatch(/E:A had ACNET status \[14 0\] before/);
  });
});

describe('what actors tell of themselves', () => {
  const beat = (fields: HealthInput['fields'], at = NOW - 1000, instance = 'daq1-1'): HealthInput => ({
    instance,
    at,
    fields,
  });

  test('of several instances the healthiest speaks, and of equals the largest figure', () => {
    const health = {
      recorder: [
        beat({ state: 'failing', lag: 900 }),
        beat({ state: 'running', lag: 3 }, NOW, 'daq1-2'),
        beat({ state: 'running', lag: 5 }, NOW, 'daq1-3'),
        beat({ state: 'running', lag: 7000 }, NOW - 60_000, 'daq1-0'),
      ],
    };
    expect(evaluate("health('recorder', 'lag')", { health })).toBe(5);
    expect(evaluate("health('recorder', 'state') == 'running'", { health })).toBe(true);
  });

  test('a heartbeat that has stopped is stale, one that never came is unknown', () => {
    const health = { recorder: [beat({ state: 'running', lag: 0 }, NOW - 21_000)] };
    expect(failure("health('recorder', 'lag')", { health })).toMatch(
      /^TIMEOUT: a heartbeat of recorder last came at/,
    );
    expect(failure("health('recorder', 'lag')")).toBe('UDF: a heartbeat of recorder has never come');
    expect(
      failure("figure('recorder', 'queue')", { health: { recorder: [beat({ state: 'running' })] } }),
    ).toBe('UDF: recorder does not tell figure:queue');
  });

  test('a counter that has never counted is 0, and its change is that from the heartbeat before', () => {
    const name = "'beam-monitor', 'refused'";
    const fresh = beat({ state: 'running' });
    const grown = { ...beat({ state: 'running', 'counter:refused': 7 }), previous: { state: 'running' } };
    expect(evaluate(`counter(${name})`, { health: { 'beam-monitor': [fresh] } })).toBe(0);
    expect(evaluate(`change(counter(${name}))`, { health: { 'beam-monitor': [grown] } })).toBe(7);
    expect(failure(`change(counter(${name}))`, { health: { 'beam-monitor': [fresh] } })).toMatch(
      /^UDF \(waiting\)/,
    );
  });

  test('a heartbeat is read into the fields that rules name', () => {
    const lane = { stream: 'BEAM', position: 1, rate: 2, retries: 3, dead: 4 };
    const body: Health = {
      actor: 'recorder',
      instance: 'daq1-1',
      pid: 1,
      host: 'daq1',
      version: '1',
      startedAt: { seconds: 100, nanoseconds: 0 },
      at: { seconds: 160, nanoseconds: 500_000_000 },
      state: 'running',
      lanes: [
        { ...lane, lag: 5 },
        { ...lane, lag: 9 },
      ],
      counters: { 'refused{reason="HOST_REFUSED"}': 2 },
      figures: { queue: 11 },
      latencies: { insert: { count: 1, p50: 2, p99: 3, max: 4 } },
    };
    const fields = fieldsOfHealth(body);
    expect(fields).toMatchObject({ state: 'running', lag: 9, rate: 4, retries: 6, dead: 8, uptime: 60.5 });
    const health = { recorder: [beat(fields)] };
    expect(evaluate("figure('recorder', 'queue')", { health })).toBe(11);
    expect(evaluate(`counter('recorder', 'refused{reason="HOST_REFUSED"}')`, { health })).toBe(2);
    expect(evaluate("latency('recorder', 'insert', 'p99')", { health })).toBe(3);
    expect(fieldsOfHealth(body, new Set(['lag']))).toEqual({ lag: 9 });
  });
});

test('no function stands in two tables', () => {
  expect([...FUNCTIONS.keys()].filter(name => FORMS.has(name))).toEqual([]);
});
