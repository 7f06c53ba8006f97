import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countSerial,
  type Kept,
  missingOf,
  type SerialCount,
} from '../../../../actors/event-intake/accounting/serials.ts';

interface Event {
  readonly serial: number;
  readonly digest: string;
}

/** Counts events of one telling after the other; what is kept, as it grows. */
class Counter {
  count: SerialCount | undefined;
  readonly kept = new Map<number, readonly Kept[]>();
  readonly verdicts: string[] = [];
  readonly missing: number[] = [];

  take(event: Event, telling = 0): void {
    const counted = countSerial(this.count, event, this.kept.get(event.serial) ?? [], telling);
    this.count = counted.count;
    this.kept.set(event.serial, counted.kept);
    this.verdicts.push(`${counted.verdict} ${counted.copy}`);
    const { missing } = counted;
    if (missing) for (let serial = missing.first; serial <= missing.last; serial++) this.missing.push(serial);
  }
}

const anyEvent = fc.record({
  serial: fc.integer({ min: 0, max: 20 }),
  digest: fc.constantFrom('a', 'b', 'c'),
});
const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 60 });

test('whatever the order of serials: each event is kept once, and the counts add up', () => {
  fc.assert(
    fc.property(anyEvents, events => {
      const counter = new Counter();
      for (const event of events) counter.take(event);
      const serials = new Set(events.map(({ serial }) => serial));
      const different = new Set(events.map(({ serial, digest }) => `${serial}${digest}`));
      const { count } = counter;
      expect(count).toEqual({
        events: different.size,
        first: Math.min(...serials),
        last: Math.max(...serials),
        distinct: serials.size,
        duplicates: events.length - different.size,
      });
      expect(count && missingOf(count)).toBe(Math.max(...serials) - Math.min(...serials) + 1 - serials.size);
      for (const kept of counter.kept.values()) {
        expect(kept.map(({ copy }) => copy)).toEqual(kept.map((_, index) => index));
        expect(new Set(kept.map(({ digest }) => digest)).size).toBe(kept.length);
      }
    }),
  );
});

test('every serial that never came was told as missing, and none twice', () => {
  fc.assert(
    fc.property(anyEvents, events => {
      const counter = new Counter();
      for (const event of events) counter.take(event);
      expect(new Set(counter.missing).size).toBe(counter.missing.length);
      const came = new Set(events.map(({ serial }) => serial));
      const { first = 0, last = -1 } = counter.count ?? {};
      const never = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
        serial => !came.has(serial),
      );
      expect(never.filter(serial => !counter.missing.includes(serial))).toEqual([]);
    }),
  );
});

test('a file read again from its begin, wherever it was left, gives the same counts, and asks for what was not kept', () => {
  fc.assert(
    fc.property(anyEvents, fc.nat(60), (events, left) => {
      const whole = new Counter();
      for (const event of events) whole.take(event);
      const first = new Counter();
      for (const event of events.slice(0, left)) first.take(event);
      const second = new Counter();
      for (const [serial, kept] of first.kept)
        second.kept.set(
          serial,
          kept.map(one => ({ ...one, counted: false, telling: null })),
        );
      for (const event of events) second.take(event);
      expect(second.count).toEqual(whole.count);
      const asNew = (verdicts: readonly string[]) => verdicts.map(verdict => verdict.replace('again', 'new'));
      expect(asNew(second.verdicts)).toEqual(whole.verdicts);
      const kept = second.verdicts.filter(verdict => verdict.startsWith('new')).length;
      expect(kept + first.verdicts.filter(verdict => verdict.startsWith('new')).length).toBe(
        whole.count?.events,
      );
    }),
  );
});

test('what a sender tells again on another connection is no duplicate and counted once', () => {
  const counter = new Counter();
  const [one, two] = [
    { serial: 1, digest: 'a' },
    { serial: 2, digest: 'a' },
  ];
  counter.take(one, 1);
  counter.take(two, 1);
  counter.take(two, 2);
  counter.take(two, 2);
  expect(counter.verdicts).toEqual(['new 0', 'new 0', 'again 0', 'duplicate 0']);
  expect(counter.count).toEqual({ events: 2, first: 1, last: 2, distinct: 2, duplicates: 1 });
});

test('serials of four billion leave a gap of four billion, not as many steps', () => {
  const counter = new Counter();
  counter.take({ serial: 0, digest: 'a' });
  const { missing } = countSerial(counter.count, { serial: 0xffff_ffff, digest: 'a' }, [], 0);
  expect(missing).toEqual({ first: 1, last: 0xffff_fffe });
});
