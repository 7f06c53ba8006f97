import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../../actors/alarm-engine/assess.ts';
import { compileRules } from '../../../actors/alarm-engine/rules/compile-rules.ts';
import { rulesInvalid } from '../../../actors/alarm-engine/rules/problems.ts';
import type { Assessment, Before, Rule } from '../../../actors/alarm-engine/rules/rule.ts';
import { NOW, scopeOf, type World } from '../../protocol/expression/world.ts';

const FINE: Before = { severity: 'NO_ALARM', status: 'NO_ALARM' };

const rule = (body: string, head = ''): Rule => {
  const compiled = compileRules([
    { path: 'a.yaml', text: `${head}\nalarms:\n  x/y:\n    title: T\n    ${body}\n` },
  ]);
  if (!compiled.ok) throw rulesInvalid(compiled.problems);
  const [only] = compiled.ruleSet.rules.values();
  if (!only) throw new Error('no rule');
  return only;
};

const told = (body: string, world: World = {}, before: Before = FINE): Assessment =>
  assess(rule(body), scopeOf(world), before);
const verdict = ({ severity, status }: Assessment): string => `${severity} ${status}`;

describe('limits', () => {
  const HORN = rule(
    'value: E:H\n    limits: { lolo: -205, low: -202, high: -196.4, hihi: -195 }\n    deadband: 0.2',
  );
  const at = (value: number, before: Before = FINE) =>
    assess(HORN, scopeOf({ devices: { 'E:H': value } }), before);

  test.each([
    [-205.1, 'MAJOR LOLO', -205],
    [-205, 'MINOR LOW', -202],
    [-202, 'NO_ALARM NO_ALARM', undefined],
    [-199, 'NO_ALARM NO_ALARM', undefined],
    [-196.4, 'NO_ALARM NO_ALARM', undefined],
    [-196.3, 'MINOR HIGH', -196.4],
    [-195, 'MINOR HIGH', -196.4],
    [0, 'MAJOR HIHI', -195],
  ])('%s kA is %s', (value, expected, limit) => {
    const assessment = at(value);
    expect(verdict(assessment)).toBe(expected);
    expect(assessment).toMatchObject({ value, waiting: false });
    expect(assessment.limit).toBe(limit);
  });

  test('a limit once passed is left only when the value is inside it by the dead band', () => {
    const high: Before = { severity: 'MINOR', status: 'HIGH' };
    expect(verdict(at(-196.5, high))).toBe('MINOR HIGH');
    expect(at(-196.5, high).reason).toContain('dead band');
    expect(verdict(at(-196.61, high))).toBe('NO_ALARM NO_ALARM');
    expect(verdict(at(-195.1, { severity: 'MAJOR', status: 'HIHI' }))).toBe('MAJOR HIHI');
    expect(verdict(at(-195.3, { severity: 'MAJOR', status: 'HIHI' }))).toBe('MINOR HIGH');
    expect(verdict(at(-204.9, { severity: 'MAJOR', status: 'LOLO' }))).toBe('MAJOR LOLO');
    expect(verdict(at(-201.9, { severity: 'MAJOR', status: 'LOLO' }))).toBe('MINOR LOW');
    // The other side of the window holds nothing.
    expect(verdict(at(-201.9, high))).toBe('NO_ALARM NO_ALARM');
  });

  test('a value that jitters by less than the dead band around a limit changes the verdict once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(-202, -196.4, -195, -205),
        fc.array(fc.double({ min: -0.099, max: 0.099, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (limit, jitter) => {
          let before: Before = at(limit);
          let changes = 0;
          for (const away of jitter) {
            const next = at(limit + away, before);
            if (next.status !== before.status) changes++;
            before = next;
          }
          expect(changes).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('without memory, the verdict is what the limits say', () => {
    fc.assert(
      fc.property(fc.double({ min: -250, max: 10, noNaN: true }), value => {
        const expected =
          value < -205
            ? 'LOLO'
            : value < -202
              ? 'LOW'
              : value > -195
                ? 'HIHI'
                : value > -196.4
                  ? 'HIGH'
                  : 'NO_ALARM';
        expect(at(value).status).toBe(expected);
      }),
    );
  });

  test('a value that cannot be told is INVALID with its reason, one that is waited for is no verdict', () => {
    expect(assess(HORN, scopeOf(), FINE)).toMatchObject({
      severity: 'INVALID',
      status: 'UDF',
      value: null,
      waiting: false,
    });
    expect(at(Number.NaN)).toMatchObject({ severity: 'INVALID', status: 'CALC', reason: 'E:H is NaN' });
    const before: Before = { severity: 'MINOR', status: 'HIGH' };
    expect(assess(HORN, scopeOf({ since: NOW }), before)).toMatchObject({ ...before, waiting: true });
    expect(assess(HORN, scopeOf({ devices: { 'E:H': [1, 2] } }), FINE)).toMatchObject({
      severity: 'INVALID',
      status: 'CALC',
    });
  });

  test('in a mode where it has no limits it says nothing, whatever the value', () => {
    const modal = rule(
      'value: E:H\n    limits: { beam-on: { high: 3 }, horn-off: none, default: { high: 9 } }',
      'modes: [{ name: beam-on, manual: true }, { name: horn-off, manual: true }]',
    );
    const inMode = (mode: string) => assess(modal, scopeOf({ mode, devices: { 'E:H': 5 } }), FINE).severity;
    expect([inMode('beam-on'), inMode('horn-off'), inMode('unknown')]).toEqual([
      'MINOR',
      'NO_ALARM',
      'NO_ALARM',
    ]);
  });
});

describe('conditions', () => {
  test('when holds, does not, or cannot be told', () => {
    const body = 'when: E:A > 3\n    value: E:A * 2\n    severity: MINOR';
    expect(told(body, { devices: { 'E:A': 5 } })).toMatchObject({
      severity: 'MINOR',
      status: 'STATE',
      value: 10,
    });
    expect(told(body, { devices: { 'E:A': 1 } })).toMatchObject({ severity: 'NO_ALARM', value: 2 });
    expect(told(body)).toMatchObject({ severity: 'INVALID', status: 'UDF' });
    expect(told('when: E:A > 3', { devices: { 'E:A': 5 } })).toMatchObject({
      severity: 'MAJOR',
      value: true,
    });
  });

  test('a state stands for its severity, and any other for that of all others', () => {
    const body =
      "value: health('recorder', 'state')\n    states: { running: NO_ALARM, starting: MINOR, otherwise: MAJOR }";
    const inState = (state: string) =>
      told(body, { health: { recorder: [{ instance: 'a', at: NOW, fields: { state } }] } });
    expect(['running', 'starting', 'stopped'].map(state => verdict(inState(state)))).toEqual([
      'NO_ALARM NO_ALARM',
      'MINOR STATE',
      'MAJOR STATE',
    ]);
    expect(told('value: E:A\n    states: { 2: MAJOR }', { devices: { 'E:A': 2 } }).severity).toBe('MAJOR');
    expect(told('value: E:A\n    states: { 2: MAJOR }', { devices: { 'E:A': 3 } }).severity).toBe('NO_ALARM');
  });

  test('two triggers too close', () => {
    const body = 'closer: { trigger: A9, than: 1s }';
    expect(told(body, { triggers: { A9: [NOW - 5000, NOW - 999, NOW] } })).toMatchObject({
      severity: 'MAJOR',
      value: 0.999,
    });
    expect(told(body, { triggers: { A9: [NOW - 1000, NOW] } }).severity).toBe('NO_ALARM');
    expect(told(body, { triggers: { A9: [NOW] } }).severity).toBe('NO_ALARM');
    expect(told(body).severity).toBe('NO_ALARM');
  });

  test('a gap stands for as long as it is held, and says what is missing', () => {
    const gap = { stage: 'filed', stream: 'SPILL@1', first: 5, last: 9, reason: 'left the stream' };
    const body = 'gap: { stage: filed, hold: 10m }';
    expect(told(body, { gaps: { filed: { ...gap, at: NOW - 599_000 } } })).toMatchObject({
      severity: 'MAJOR',
      value: 5,
      reason: expect.stringContaining('SPILL@1 5 to 9') as string,
    });
    expect(told(body, { gaps: { filed: { ...gap, at: NOW - 600_000 } } }).severity).toBe('NO_ALARM');
    expect(told(body).severity).toBe('NO_ALARM');
  });
});

describe('absence', () => {
  test.each<[string, (at: number) => World]>([
    ['trigger: A9', at => ({ triggers: { A9: [at] } })],
    ['device: E:A', at => ({ devices: { 'E:A': { values: [1], at } } })],
    [
      'actor: recorder',
      at => ({
        health: {
          recorder: [
            { instance: 'a', at, fields: {} },
            { instance: 'b', at: 0, fields: {} },
          ],
        },
      }),
    ],
    ['stage: filed', at => ({ entries: { filed: at } })],
  ])('of %s is told when it has not come for so long', (what, world) => {
    const body = `absent: { ${what}, for: 10s }`;
    expect(told(body, world(NOW - 9999)).severity).toBe('NO_ALARM');
    expect(told(body, world(NOW - 10_000))).toMatchObject({
      severity: 'MAJOR',
      status: 'TIMEOUT',
      value: 10,
    });
    expect(told(body, { since: NOW - 9999 }).severity).toBe('NO_ALARM');
    expect(told(body, { since: NOW - 10_000 })).toMatchObject({
      severity: 'MAJOR',
      reason: expect.stringContaining('never come') as string,
    });
  });

  test('after a shift without beam, what is expected with it is given its time', () => {
    const file = rule("absent: { stage: filed, for: 30s, while: sinceLast('A9') < 10s }");
    const moment = (now: number, lastSpill: number, before: Before) =>
      assess(
        file,
        scopeOf({ now, triggers: { A9: [lastSpill] }, entries: { filed: NOW - 8 * 3_600_000 } }),
        before,
      );
    const quiet = moment(NOW, NOW - 8 * 3_600_000, FINE);
    expect(quiet).toMatchObject({ severity: 'NO_ALARM' });
    expect(quiet.expectedSince).toBeUndefined();
    const first = moment(NOW + 1000, NOW + 1000, quiet);
    expect(first).toMatchObject({ severity: 'NO_ALARM', expectedSince: NOW + 1000 });
    const late = moment(NOW + 30_999, NOW + 30_000, first);
    expect(late).toMatchObject({ severity: 'NO_ALARM', expectedSince: NOW + 1000 });
    const absent = moment(NOW + 31_000, NOW + 31_000, late);
    expect(absent).toMatchObject({ severity: 'MAJOR', status: 'TIMEOUT', expectedSince: NOW + 1000 });
    expect(moment(NOW + 60_000, NOW + 31_000, absent)).toMatchObject({ severity: 'NO_ALARM' });
  });

  test('what was expected goes on being expected when nobody can tell, and else it is INVALID', () => {
    const body = 'absent: { trigger: A9, for: 10s, while: E:A > 1 }';
    const world: World = { triggers: { A9: [NOW - 60_000] } };
    expect(told(body, world, { ...FINE, expectedSince: NOW - 20_000 })).toMatchObject({
      severity: 'MAJOR',
      expectedSince: NOW - 20_000,
    });
    expect(told(body, world)).toMatchObject({ severity: 'INVALID', status: 'UDF' });
  });
});

test('a rule over its budget says so, and is not hidden by what stands in for it', () => {
  const devices = { 'E:BIG': Array.from({ length: 65_536 }, () => 1) };
  const sums = Array(17).fill('sum(E:BIG)').join(' + ');
  expect(told(`value: orElse(${sums}, 0)\n    limits: { high: 1 }`, { devices })).toMatchObject({
    severity: 'INVALID',
    status: 'DISABLE',
  });
});
