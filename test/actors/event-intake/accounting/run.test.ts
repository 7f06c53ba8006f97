import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EventInput,
  type RunInput,
  type RunOutput,
  type RunState,
  stepRun,
} from '../../../../actors/event-intake/accounting/run.ts';
import type { Kept } from '../../../../actors/event-intake/accounting/serials.ts';

const at = (seconds: number) => ({ seconds, nanoseconds: 0 });

const BEGUN: RunState = {
  site: 'lngs',
  detector: 'lime',
  run: 7,
  runOf: { startedAt: at(100), pedestal: false, highVoltage: true, exposure: 0.3 },
  counts: {},
  rawEvents: 0,
  bytes: 0,
  at: at(100),
};

type Event = Pick<EventInput, 'equipment' | 'slow' | 'serial' | 'digest' | 'bytes' | 'damage'>;

/** Steps through the events of a run and its end. */
function play(events: readonly Event[]): {
  outputs: readonly RunOutput[];
  steps: RunOutput[][];
  state: RunState;
} {
  const keptUnder = new Map<string, readonly Kept[]>();
  let state = BEGUN;
  const steps: RunOutput[][] = [];
  for (const [index, event] of events.entries()) {
    const key = `${event.equipment} ${event.serial}`;
    const input: RunInput = {
      kind: 'event',
      ...event,
      time: at(100 + index),
      kept: keptUnder.get(key) ?? [],
      telling: 0,
    };
    const step = stepRun(state, input);
    state = step.state;
    keptUnder.set(key, step.kept ?? []);
    steps.push([...step.outputs]);
  }
  const over = stepRun(state, {
    kind: 'over',
    ending: 'end-of-run',
    error: null,
    end: { time: at(900), bytes: 20 },
  });
  steps.push([...over.outputs]);
  return { outputs: steps.flat(), steps, state: over.state };
}

const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    equipment: fc.constantFrom('Trigger', 'HV', 'Veto'),
    serial: fc.integer({ min: 0, max: 15 }),
    digest: fc.constantFrom('a', 'b'),
    bytes: fc.integer({ min: 16, max: 1000 }),
    damage: fc.constantFrom(null, null, null, 'its banks contradict each other'),
  })
  .map(event => ({ ...event, slow: event.equipment === 'HV' }));

test('the end of a run counts what was kept, for any interleaving of any serials of several equipments', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80 }), events => {
      const { outputs } = play(events);
      const end = outputs.at(-1);
      if (end?.kind !== 'end') throw new Error('no end');
      const { equipment, rawEvents, bytes } = end.body;
      expect(rawEvents).toBe(outputs.filter(({ kind }) => kind === 'keep').length);
      expect(bytes).toBe(events.reduce((sum, one) => sum + one.bytes, 20));
      for (const name of ['Trigger', 'HV', 'Veto']) {
        const own = events.filter(one => one.equipment === name);
        const count = equipment[name];
        expect((count?.events ?? 0) + (count?.duplicates ?? 0)).toBe(own.length);
        if (!count) continue;
        const serials = new Set(own.map(({ serial }) => serial));
        expect(count.missing).toBe((count.lastSerial ?? 0) - (count.firstSerial ?? 0) + 1 - serials.size);
        expect(count.events).toBe(new Set(own.map(({ serial, digest }) => `${serial} ${digest}`)).size);
      }
    }),
  );
});

test('every event is kept or is told as a duplicate, and what tells of it goes before it', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80 }), events => {
      const { steps } = play(events);
      for (const [index, event] of events.entries()) {
        const outputs = steps[index] ?? [];
        const kinds = outputs.map(one => (one.kind === 'gap' ? one.body.kind : one.kind));
        const kept = event.slow ? 'slow' : 'keep';
        expect([kept, 'duplicate']).toContain(kinds.at(-1));
        expect(kinds.slice(0, -1).every(kind => ['missing', 'copy', 'damaged'].includes(kind))).toBe(true);
        expect(kinds.includes('damaged')).toBe(event.damage !== null && kinds.at(-1) === kept);
      }
    }),
  );
});

const picture = (serial: number, digest = 'a'): Event => ({
  equipment: 'Trigger',
  slow: false,
  serial,
  digest,
  bytes: 40,
  damage: null,
});

test('gaps name the serials, when it was noticed, and why', () => {
  const { outputs } = play([picture(0), picture(3), picture(3), picture(3, 'b')]);
  const gaps = outputs.flatMap(one => (one.kind === 'gap' ? one.body : []));
  const identity = { site: 'lngs', detector: 'lime', run: 7, equipment: 'Trigger' };
  expect(gaps).toEqual([
    {
      ...identity,
      kind: 'missing',
      first: 1,
      last: 2,
      reason: 'serials 1 to 2 were left out beside 3',
      at: at(101),
    },
    { ...identity, kind: 'duplicate', first: 3, last: 3, reason: 'the same event came again', at: at(102) },
    {
      ...identity,
      kind: 'copy',
      first: 3,
      last: 3,
      reason: 'another event under a serial that is taken: kept as copy 1',
      at: at(103),
    },
  ]);
});

test('a run that nothing ends has the time of its last event', () => {
  const before = stepRun(BEGUN, { kind: 'text', time: at(140), bytes: 30 }).state;
  const error = { code: 'MIDAS_TRUNCATED', message: 'cut off' };
  const [end] = stepRun(before, { kind: 'over', ending: 'truncated', error }).outputs;
  expect(end).toMatchObject({
    body: { endedAt: at(140), ending: 'truncated', error, bytes: 30, equipment: {} },
  });
});

test('a step leaves the state before it as it was', () => {
  const before = play([picture(0)]).state;
  const frozen = JSON.stringify(before);
  stepRun(before, { kind: 'event', ...picture(1), time: at(1), kept: [], telling: 0 });
  expect(JSON.stringify(before)).toBe(frozen);
});
