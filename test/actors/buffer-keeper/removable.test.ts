import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Known, type Policy, runKey } from '../../../actors/buffer-keeper/known.ts';
import { NEWEST_MAPS, removable } from '../../../actors/buffer-keeper/removable.ts';
import { bodyNames } from '../../../protocol/body-names.ts';
import { subjects } from '../../../protocol/subjects.ts';
import type { KeptBody } from '../../../runtime/event-store/event-store.ts';
import { anyKnown, body, consumer, DAY, event, HOUR, known, NOW, policy, referenceOf } from './world.ts';

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  consumers: fc.subarray(['sentinel', 'bridge']),
  ignore: fc.subarray(['recorder', 'bridge']),
  ageMs: fc.nat(20 * DAY),
  maxBytes: fc.option(fc.nat(2_000)),
  mapsMs: fc.nat(60 * DAY),
  unreferencedMs: fc.nat(2 * HOUR),
});

describe('whatever there is', () => {
  const always = (hold: (given: Known, rules: Policy, verdict: ReturnType<typeof removable>) => void) =>
    fc.assert(
      fc.property(anyKnown, anyPolicy, (given, rules) => hold(given, rules, removable(given, rules, NOW))),
      { numRuns: 500 },
    );

  test('an event counts as read only when everybody who must read it has, with success', () => {
    always((given, rules, { remove }) => {
      const present = given.consumers.map(({ name }) => name);
      const wrong = remove.filter(({ name, reason, what }) => {
        if (reason !== 'read') return false;
        const reference = given.references.get(name);
        if (!reference || what?.kind !== 'event') return true;
        const takers = given.consumers.filter(
          one =>
            !rules.ignore.includes(one.name) && (one.name !== 'sentinel' || what.equipment === 'trigger'),
        );
        return (
          takers.length === 0 ||
          takers.some(({ doneThrough }) => doneThrough < reference.sequence) ||
          !rules.consumers.every(one => present.includes(one)) ||
          given.failed.has(reference.subject) ||
          (reference.pedestal && !given.pedestalsMade.has(runKey(what)))
        );
      });
      expect(wrong).toEqual([]);
    });
  });

  test('an event that not everybody has read goes only when it is too old, nothing speaks of it, or there is no room', () => {
    always((given, rules, { remove }) => {
      const bytes = given.bodies.reduce((sum, one) => sum + one.bytes, 0);
      const tooMuch = rules.maxBytes !== null && bytes > rules.maxBytes;
      const because = {
        read: () => true,
        age: ({ storedAt }: KeptBody) => NOW - storedAt >= rules.ageMs,
        size: () => tooMuch,
        unreferenced: ({ name, storedAt }: KeptBody) =>
          !given.references.has(name) && NOW - storedAt >= rules.unreferencedMs,
        outdated: ({ storedAt }: KeptBody) => NOW - storedAt >= rules.mapsMs || tooMuch,
      };
      expect(remove.filter(one => !because[one.reason](one))).toEqual([]);
      const events = remove.filter(({ what }) => what?.kind === 'event');
      expect(events.filter(({ reason }) => reason === 'outdated')).toEqual([]);
    });
  });

  test('every body is removed or kept, and the sizes add up', () => {
    always((given, _rules, { remove, keep }) => {
      const names = [...remove, ...keep].map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(given.bodies.map(({ name }) => name)));
      expect(names).toHaveLength(given.bodies.length);
    });
  });

  test('the oldest go first, and for room no more than must', () => {
    always((given, { maxBytes }, { remove, keep }) => {
      const times = remove.map(({ storedAt }) => storedAt);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      const forRoom = remove.filter(({ reason }) => reason === 'size');
      const last = forRoom.at(-1);
      const bytes = keep.reduce((sum, kept) => sum + kept.bytes, 0);
      const events = keep.filter(({ what, name }) => what?.kind === 'event' && given.references.has(name));
      // What still is too much are no events, and the last one that went for room had to.
      expect(maxBytes !== null && bytes > maxBytes ? events : []).toEqual([]);
      expect(last === undefined || (maxBytes !== null && bytes + last.bytes > maxBytes)).toBe(true);
      const younger = forRoom.filter(gone => events.some(({ storedAt }) => storedAt < gone.storedAt));
      expect(younger).toEqual([]);
    });
  });

  test('looking again removes nothing more: what stays, stays for a reason', () => {
    always((given, rules, { keep }) => {
      expect(removable({ ...given, bodies: keep }, rules, NOW).remove).toEqual([]);
    });
  });

  test('the newest maps and what is not ours are never removed', () => {
    always((given, rules, { keep }) => {
      const maps = given.bodies.filter(({ what }) => what?.kind === 'pedestal');
      const left = keep.filter(({ what }) => what?.kind === 'pedestal');
      expect(left.length).toBeGreaterThanOrEqual(Math.min(maps.length, NEWEST_MAPS));
      expect(keep.filter(({ what }) => !what)).toEqual(given.bodies.filter(({ what }) => !what));
      for (const one of [...left, ...keep].filter(({ what }) => what?.kind === 'odb'))
        expect(NOW - one.storedAt).toBeLessThan(rules.mapsMs);
    });
  });
});

describe('an event', () => {
  const one = event(17);
  const [name, reference] = referenceOf(5, one);
  const trigger = subjects.rawEventsOf('test', 'Trigger');
  const verdictOf = (over: Partial<Known> = {}, rules: Partial<Policy> = {}) =>
    removable(
      known({
        bodies: [body(name)],
        references: new Map([[name, reference]]),
        consumers: [consumer('sentinel', 5, trigger)],
        ...over,
      }),
      policy(rules),
      NOW,
    ).remove.map(({ reason }) => reason);

  test('goes once the sentinel is done with it', () => {
    expect(verdictOf()).toEqual(['read']);
    expect(verdictOf({ consumers: [consumer('sentinel', 4, trigger)] })).toEqual([]);
  });

  test('stays while nobody is there who must read it: a sentinel that was never started has not read it', () => {
    expect(verdictOf({ consumers: [] })).toEqual([]);
    expect(verdictOf({ consumers: [consumer('bridge', 9)] })).toEqual([]);
    expect(verdictOf({ consumers: [consumer('bridge', 9)] }, { consumers: [] })).toEqual(['read']);
  });

  test('waits for everybody who takes it, also from outside, but not for the recorder', () => {
    const sentinel = consumer('sentinel', 5, trigger);
    expect(verdictOf({ consumers: [sentinel, consumer('bridge', 4, 'test.event.raw.>')] })).toEqual([]);
    expect(verdictOf({ consumers: [sentinel, consumer('gaps', 0, 'test.event.gap.>')] })).toEqual(['read']);
    expect(verdictOf({ consumers: [sentinel, consumer('recorder', 0)] })).toEqual(['read']);
    expect(verdictOf({ consumers: [sentinel, consumer('sentinel--second', 0)] })).toEqual([]);
  });

  test('that nobody takes was read by nobody, and stays until it is too old', () => {
    const [other, spoken] = referenceOf(5, event(17, 1, 'Other'));
    const bodies = [body(other)];
    const references = new Map([[other, spoken]]);
    expect(verdictOf({ bodies, references })).toEqual([]);
    expect(verdictOf({ bodies, references }, { ageMs: 1 })).toEqual(['age']);
  });

  test('that somebody gave up on stays for the replay, until it is too old', () => {
    expect(verdictOf({ failed: new Set([reference.subject]) })).toEqual([]);
    expect(verdictOf({ failed: new Set([reference.subject]) }, { ageMs: 1 })).toEqual(['age']);
  });

  test('of a pedestal run stays until there is a pedestal, or the reason why there is none', () => {
    const references = new Map([referenceOf(5, one, true)]);
    expect(verdictOf({ references })).toEqual([]);
    expect(verdictOf({ references, pedestalsMade: new Set(['lime/1']) })).toEqual(['read']);
    expect(verdictOf({ references, pedestalsMade: new Set(['lime/2']) })).toEqual([]);
    expect(verdictOf({ references }, { maxBytes: 0 })).toEqual(['size']);
  });

  test('that no message speaks of stays while one may still come', () => {
    const references = new Map();
    expect(verdictOf({ references })).toEqual([]);
    expect(verdictOf({ references }, { maxBytes: 0 })).toEqual([]);
    expect(verdictOf({ references }, { unreferencedMs: 1 })).toEqual(['unreferenced']);
  });
});

const map = (run: number, age: number) =>
  body(bodyNames.pedestal({ site: 'lngs', detector: 'lime', run, camera: 0, version: 1 }), {
    storedAt: NOW - age,
  });

test('a map of long ago goes once there are newer ones, an ODB in any case', () => {
  const maps = Array.from({ length: NEWEST_MAPS + 2 }, (_, run) => map(run, (60 - run) * DAY));
  const odb = body(bodyNames.odb({ site: 'lngs', detector: 'lime', run: 1 }), { storedAt: NOW - 31 * DAY });
  const { remove } = removable(known({ bodies: [...maps, odb] }), policy(), NOW);
  expect(remove.map(({ name, reason }) => [name, reason])).toEqual([
    ['lngs/lime/0/pedestal-0-1', 'outdated'],
    ['lngs/lime/1/pedestal-0-1', 'outdated'],
    ['lngs/lime/1/odb', 'outdated'],
  ]);
});

test('for room, old maps go before any event does, but the newest stay', () => {
  const maps = Array.from({ length: NEWEST_MAPS + 2 }, (_, run) => map(run, HOUR / 4 - run));
  const [name, reference] = referenceOf(5, event(17));
  const references = new Map([[name, reference]]);
  const removed = (maxBytes: number) =>
    removable(known({ bodies: [body(name), ...maps], references }), policy({ maxBytes }), NOW).remove;
  expect(removed(80)).toEqual([]);
  expect(removed(79).map(({ reason }) => reason)).toEqual(['outdated']);
  expect(removed(60).map(({ reason }) => reason)).toEqual(['outdated', 'outdated']);
  expect(removed(59).map(({ reason }) => reason)).toEqual(['size', 'outdated', 'outdated']);
  expect(removed(0)).toHaveLength(3);
});
