import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Delayed, dueAt, judge, pass } from '../../../../actors/alarm-engine/life/delay.ts';
import { compareSeverity, Severity } from '../../../../protocol/alarm/severity.ts';

const severities = Object.values(Severity);
const LEVELS = [Severity.minor, Severity.major, Severity.invalid];

interface Heard {
  readonly at: number;
  readonly severity: Severity;
}

/**
 * The obvious model: keeps all that was ever heard, and asks of every millisecond and every level by itself whether it has been
 * on, or off, for as long as it must. What has lasted until a moment is announced before what is heard at that moment.
 */
function announcedAt(heard: readonly Heard[], now: number, on: number, off: number): Severity {
  const at = (time: number) => heard.findLast(one => one.at <= time)?.severity ?? Severity.noAlarm;
  const isOn = (time: number, level: Severity) => compareSeverity(at(time), level) >= 0;
  const lasted = (wanted: boolean, level: Severity, length: number, until: number) =>
    Array.from({ length }, (_, back) => until - 1 - back).every(time => isOn(time, level) === wanted);
  let highest: Severity = Severity.noAlarm;
  for (const level of LEVELS) {
    let announced = false;
    for (let time = 0; time <= now; time++) {
      const delay = announced ? off : on;
      if (delay > 0 && lasted(!announced, level, delay, time)) announced = !announced;
      if ((announced ? off : on) === 0 && isOn(time, level) !== announced) announced = !announced;
    }
    if (announced) highest = level;
  }
  return highest;
}

const story = fc.record({
  on: fc.integer({ min: 0, max: 6 }),
  off: fc.integer({ min: 0, max: 6 }),
  steps: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 5 }), severity: fc.constantFrom(...severities) }),
    {
      maxLength: 12,
    },
  ),
});

test('what is announced is what has lasted, at every moment and for every level, whatever is heard when', () => {
  fc.assert(
    fc.property(story, ({ on, off, steps }) => {
      const delays = { onDelayMs: on, offDelayMs: off };
      const heard: Heard[] = [];
      let delayed: Delayed = { announced: Severity.noAlarm, waiting: undefined };
      let now = 0;
      for (const { after, severity } of steps) {
        for (let tick = 1; tick < after; tick++) {
          delayed = pass(delayed, delays, ++now);
          expect(delayed.announced).toBe(announcedAt(heard, now, on, off));
        }
        delayed = pass(delayed, delays, ++now);
        heard.push({ at: now, severity });
        delayed = judge(delayed, severity, delays, now);
        expect(delayed.announced).toBe(announcedAt(heard, now, on, off));
      }
    }),
    { numRuns: 300 },
  );
});

test('being woken only when something is due tells the same as looking at every moment', () => {
  fc.assert(
    fc.property(story, ({ on, off, steps }) => {
      const delays = { onDelayMs: on, offDelayMs: off };
      const often: Severity[] = [];
      const woken: Severity[] = [];
      const tell = (told: Severity[], { announced }: Delayed) => {
        if ((told.at(-1) ?? Severity.noAlarm) !== announced) told.push(announced);
      };
      let one: Delayed = { announced: Severity.noAlarm, waiting: undefined };
      let other = one;
      let now = 0;
      for (const { after, severity } of [...steps, { after: 20, severity: Severity.noAlarm }]) {
        const until = now + after;
        for (let due = dueAt(other, delays); due !== undefined && due <= until; due = dueAt(other, delays)) {
          other = pass(other, delays, due);
          tell(woken, other);
        }
        while (now < until) {
          one = pass(one, delays, ++now);
          tell(often, one);
        }
        one = judge(one, severity, delays, now);
        other = judge(other, severity, delays, now);
        tell(often, one);
        tell(woken, other);
      }
      expect(woken).toEqual(often);
    }),
  );
});
