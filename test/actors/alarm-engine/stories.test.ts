import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { step, wakeAt } from '../../../actors/alarm-engine/engine/engine.ts';
import { initialState } from '../../../actors/alarm-engine/engine/state.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { TestEngine } from './engine.ts';

const RULES = (high: number) => `
modes:
  - { name: access, manual: true }
  - { name: off, when: "E:M < 1", for: 2s }
  - { name: on, when: "E:M >= 1" }
alarms:
  a: { title: A, value: "E:A", limits: { default: { high: ${high}, hihi: 8 }, off: none }, deadband: 1, stale: 5s }
  b: { title: B, value: "E:B", limits: { high: ${high} }, onDelay: 2s, offDelay: 3s, mask: [a], latch: true }
  c: { title: C, when: "E:A + E:B > 9", severity: MAJOR, count: { bad: 2, of: 3 }, enable: "E:M > 0" }
  d: { title: D, absent: { trigger: A9, for: 4s }, acknowledge: false }
  e: { title: E, value: "health('recorder', 'lag')", limits: { high: 10 }, mask: [d], shelveMax: 1h }
`;

const alarm = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'nowhere');
const order = fc.oneof(
  fc.record({
    kind: fc.constantFrom('acknowledge', 'unacknowledge', 'reset', 'unshelve', 'enable', 'take-over'),
    alarm,
  }),
  fc.record({ kind: fc.constant('acknowledge'), alarm, expected: fc.integer({ min: 0, max: 6 }) }),
  fc.record({
    kind: fc.constant('shelve'),
    alarm,
    reason: fc.constant('r'),
    durationMs: fc.integer({ min: 1, max: 9000 }),
    oneShot: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('disable'), alarm, reason: fc.constant('r') }),
  fc.record({ kind: fc.constant('set-mode'), mode: fc.constantFrom('access', ''), reason: fc.constant('r') }),
);
const value = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constant(null));
const afterMs = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(0, 1, 2000, 7_200_000));

type Act = (engine: TestEngine) => void;

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(value, value, value, afterMs).map(
      ([A, B, M, after]) =>
        (engine: TestEngine) =>
          void engine.read({ 'E:A': A, 'E:B': B, 'E:M': M }, after),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(order, afterMs).map(
      ([fields, after]) =>
        (engine: TestEngine) =>
          void engine.command(fields, after),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(5, 7), afterMs).map(
      ([high, after]) =>
        (engine: TestEngine) =>
          void engine.rules(RULES(high), after),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: 20 }), afterMs).map(
      ([lag, after]) =>
        (engine: TestEngine) =>
          void engine.beat('recorder', after, {
            lanes: [{ stream: 'BEAM', position: 1, lag, rate: 1, retries: 0, dead: 0 }],
          }),
    ),
  },
  { weight: 1, arbitrary: fc.constant((engine: TestEngine) => engine.restart()) },
);

/** Plays a story on an engine that has just been given its rules. */
function play(acts: readonly Act[]): TestEngine {
  const engine = new TestEngine(RULES(5));
  for (const one of acts) one(engine);
  return engine;
}

test('the stories below are about rules that compile', () => {
  expect(play([]).state).toMatchObject({ refused: null, rules: { version: 1 } });
});

test('whatever happens, every change of an alarm follows the one before, and none is told twice', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), acts => {
      const last = new Map<string, { to: string; transition: number; told: string }>();
      for (const change of play(acts).changes) {
        const before = last.get(change.alarm) ?? { to: 'normal', transition: 0, told: '' };
        const { acknowledged, shelved, disabled, suppressedBy, comment, owner, severity, status, to } =
          change;
        const told = JSON.stringify({
          acknowledged,
          shelved,
          disabled,
          suppressedBy,
          comment,
          owner,
          severity,
          status,
          to,
        });
        expect(change.transition).toBe(before.transition + 1);
        expect(change.from).toBe(before.to);
        expect(told).not.toBe(before.told);
        expect(alarmChange.decode(alarmChange.encode(change))).toEqual(change);
        last.set(change.alarm, { to, transition: change.transition, told });
      }
    }),
    { numRuns: 200 },
  );
});

test('an engine that restarts from a snapshot at any moment tells what one that runs on tells', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), acts => {
      const engine = play(acts);
      let state = initialState;
      const outputs = engine.told.flatMap(message => {
        const made = step(state, message);
        state = made.state;
        return made.outputs;
      });
      expect(outputs.map(({ body }) => body)).toEqual(engine.outputs.map(({ body }) => body));
      expect(state).toEqual(engine.state);
    }),
    { numRuns: 200 },
  );
});

test('a step leaves the state that it was given as it was', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), acts => {
      let state = initialState;
      for (const message of play(acts).told) {
        const before = JSON.stringify(state);
        const made = step(state, message);
        expect(JSON.stringify(state)).toBe(before);
        state = made.state;
      }
    }),
    { numRuns: 50 },
  );
});

test('an engine that is woken when it asks for it, and only then, is never asked to wake in the past, and comes to rest', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), acts => {
      const engine = play([
        ...acts,
        each =>
          each.rules(
            'alarms: { a: { title: A, value: "E:A", limits: { high: 5 }, onDelay: 2s, stale: 5s } }',
          ),
      ]);
      let wakes = 0;
      for (let at = wakeAt(engine.state); at !== undefined; at = wakeAt(engine.state)) {
        expect(at).toBeGreaterThan(engine.now);
        engine.wake(at - engine.now);
        expect(++wakes).toBeLessThan(20);
      }
    }),
    { numRuns: 100 },
  );
});
