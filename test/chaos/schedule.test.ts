import { expect, test } from 'vitest';
import { FAULT_KINDS, STORE } from './fault.ts';
import { type Counts, dealKinds, scheduleOf } from './schedule.ts';

const COUNTS: Counts = {
  seed: 1,
  spills: 10_000,
  faults: 300,
  actors: ['beam-monitor', 'recorder', 'gateway'],
  servers: ['nats-server'],
};

test('the same seed and numbers give the same schedule, so that a failing run can be had again', () => {
  expect(scheduleOf(COUNTS)).toEqual(scheduleOf({ ...COUNTS }));
  expect(scheduleOf({ ...COUNTS, seed: 2 })).not.toEqual(scheduleOf(COUNTS));
});

test('every fault is there, in its order and before the end, and every kind at least once', () => {
  for (const faults of [FAULT_KINDS.length, 60, 300]) {
    const schedule = scheduleOf({ ...COUNTS, faults });
    expect(schedule.map(({ number }) => number)).toEqual(
      Array.from({ length: faults }, (_, index) => index + 1),
    );
    const places = schedule.map(({ atSpill }) => atSpill);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...places)).toBeLessThan(9_500);
    expect(new Set(schedule.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
  }
});

test('kinds come by their shares, and none is left out or invented where there are few', () => {
  const counts = Map.groupBy(dealKinds(300), kind => kind);
  expect(counts.get('kill')?.length).toBe(66);
  for (const faults of [0, 1, 5, 14, 15, 100, 301]) expect(dealKinds(faults)).toHaveLength(faults);
});

test('every process is killed about as often as the others, the servers among them', () => {
  const killed = scheduleOf(COUNTS).flatMap(fault => (fault.kind === 'kill' ? fault.process : []));
  const times = Object.values(Object.groupBy(killed, name => name)).map(list => list?.length ?? 0);
  expect(new Set(killed)).toEqual(new Set([...COUNTS.actors, ...COUNTS.servers, STORE]));
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
});
