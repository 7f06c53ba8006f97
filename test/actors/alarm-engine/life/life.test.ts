import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deadlineOf, type Manner } from '../../../../actors/alarm-engine/life/advance.ts';
import {
  Alarm,
  conditionOf,
  isMeaningful,
  stateBeneath,
  stateOf,
} from '../../../../actors/alarm-engine/life/alarm.ts';
import { compareSeverity, Severity } from '../../../../protocol/alarm/severity.ts';
import { eventTimeToMs } from '../../../../protocol/time.ts';
import {
  acknowledge,
  anyEvents,
  anyManner,
  disable,
  type Event,
  enable,
  heard,
  live,
  MANNER,
  type Moment,
  ordered,
  passing,
  reset,
  shelve,
  suppressed,
  takeOver,
  unacknowledge,
} from './story.ts';

const { noAlarm: FINE, minor: MINOR, major: MAJOR, invalid: INVALID } = Severity;

const states = (events: readonly Event[], manner: Partial<Manner> = {}) =>
  live(events, manner).map(({ after }) => stateOf(after));

describe('what is decided', () => {
  test('an alarm that returns before anybody has seen it stays on the list until somebody has', () => {
    expect(states([heard(MAJOR), heard(FINE), ordered(acknowledge)])).toEqual([
      'unacknowledged',
      'returned-unacknowledged',
      'normal',
    ]);
  });

  test('an acknowledged alarm that returns is over', () => {
    expect(states([heard(MAJOR), ordered(acknowledge), heard(FINE)])).toEqual([
      'unacknowledged',
      'acknowledged',
      'normal',
    ]);
  });

  test('an alarm whose rule needs no acknowledgement is over when it is over', () => {
    expect(states([heard(MAJOR), heard(FINE)], { acknowledge: false })).toEqual(['unacknowledged', 'normal']);
  });

  test.each([
    ['worse', MINOR, MAJOR, 'unacknowledged'],
    ['less bad', MAJOR, MINOR, 'acknowledged'],
    ['untrustworthy', MAJOR, INVALID, 'unacknowledged'],
    ['really bad after nobody could tell', INVALID, MINOR, 'unacknowledged'],
  ])('an acknowledged alarm that becomes %s (%s to %s) is %s', (_, first, then, state) => {
    expect(states([heard(first), ordered(acknowledge), heard(then)]).at(-1)).toBe(state);
  });

  test('a raise and return faster than the on-delay leaves nothing at all', () => {
    const [, , last] = live([heard(MAJOR), heard(FINE, 499), passing(1000)], { onDelayMs: 500 });
    expect(last?.after).toEqual({ transition: 0 });
  });

  test('what has lasted for the on-delay is raised even if the wake comes with its end', () => {
    const [, second] = live([heard(MAJOR), heard(FINE, 500)], { onDelayMs: 500 });
    expect(second && stateOf(second.after)).toBe('returned-unacknowledged');
  });

  test('three of five spills make an alarm, and it goes when fewer are left among the last five', () => {
    const spills = [MAJOR, FINE, MAJOR, FINE, MAJOR, FINE, FINE];
    expect(
      states(
        spills.map(one => heard(one)),
        { count: { bad: 3, of: 5 }, acknowledge: false },
      ),
    ).toEqual(['normal', 'normal', 'normal', 'normal', 'unacknowledged', 'normal', 'normal']);
  });

  test('one wild spill among minor ones makes a minor alarm', () => {
    const moments = live([heard(MINOR), heard(MAJOR), heard(MINOR)], { count: { bad: 3, of: 5 } });
    expect(moments.at(-1)?.after.condition?.severity).toBe(MINOR);
  });

  test('looking again at the same spill does not count it twice', () => {
    const again: Event = { kind: 'heard', severity: MAJOR, sample: false, after: 1 };
    expect(states([heard(MAJOR), again, again, again], { count: { bad: 2, of: 3 } }).at(-1)).toBe('normal');
  });

  test('a latched alarm waits for its reset, acknowledged or not, and a reset of an active one is refused', () => {
    const moments = live([heard(MAJOR), ordered(reset), heard(FINE), ordered(acknowledge), ordered(reset)], {
      latch: true,
    });
    expect(moments.map(({ after }) => stateOf(after))).toEqual([
      'unacknowledged',
      'unacknowledged',
      'latched-unacknowledged',
      'latched-acknowledged',
      'normal',
    ]);
    expect(moments[1]?.outcome).toMatchObject({ done: false, code: 'COMMAND_REFUSED' });
  });

  test('whoever resets a latched alarm has seen it', () => {
    expect(states([heard(MAJOR), heard(FINE), ordered(reset)], { latch: true }).at(-1)).toBe('normal');
  });

  test('an alarm on the shelf is raised where its time ends, if it is still active', () => {
    expect(states([ordered(shelve(500)), heard(MAJOR), passing(500)])).toEqual([
      'shelved',
      'shelved',
      'unacknowledged',
    ]);
  });

  test('what came and went on the shelf is not told when it comes down', () => {
    expect(states([ordered(shelve(500)), heard(MAJOR), heard(FINE), passing(500)]).at(-1)).toBe('normal');
  });

  test('shelving once ends with the return of the alarm, not before', () => {
    expect(states([ordered(shelve(900, true)), heard(MAJOR), heard(FINE), heard(MAJOR)])).toEqual([
      'shelved',
      'shelved',
      'normal',
      'unacknowledged',
    ]);
  });

  test('nobody shelves for longer than the rule allows', () => {
    const [moment] = live([ordered(shelve(1001))]);
    expect(moment?.outcome).toMatchObject({
      done: false,
      code: 'COMMAND_REFUSED',
      message: 'beam/horn/current can be shelved for 1 s at most, not for 1 s',
    });
  });

  test('what was bad while it did not matter is no alarm when it matters again and is good, whatever the delays', () => {
    const off = [suppressed('mode off'), ...Array.from({ length: 9 }, () => heard(MAJOR, 100))];
    const manner = { offDelayMs: 500, count: { bad: 2, of: 3 } };
    // The condition that suppresses ends with the message that brings a good value.
    const states = live([...off, heard(FINE, 0), suppressed(undefined, 0)], manner);
    expect(states.map(({ after }) => after.condition)).toEqual(states.map(() => undefined));
  });

  test('what is still bad when it matters again is raised then', () => {
    expect(states([suppressed('mode off'), heard(MAJOR), suppressed(undefined)])).toEqual([
      'suppressed',
      'suppressed',
      'unacknowledged',
    ]);
  });

  test('an acknowledgement outlives a suppression through which the alarm stays bad', () => {
    const story = [heard(MAJOR), ordered(acknowledge), suppressed('flow/parent'), suppressed(undefined)];
    expect(states(story).at(-1)).toBe('acknowledged');
  });

  test('an alarm out of service comes back as it is then', () => {
    expect(states([ordered(disable), heard(MAJOR), ordered(enable)])).toEqual([
      'out-of-service',
      'out-of-service',
      'unacknowledged',
    ]);
  });

  test('acknowledging an alarm that has cleared meanwhile says since when', () => {
    const [, , moment] = live([heard(MAJOR), heard(FINE), ordered(acknowledge)], { acknowledge: false });
    expect(moment?.outcome).toMatchObject({
      code: 'COMMAND_REFUSED',
      message: `${MANNER.id} is normal since 1970-01-01 00:00:00 UTC: there is nothing to acknowledge`,
    });
  });

  test('an order for another state than the asker saw is stale', () => {
    const [, moment] = live([heard(MAJOR), ordered({ ...acknowledge, expected: 7 })]);
    expect(moment?.outcome).toMatchObject({ done: false, code: 'COMMAND_STALE' });
  });

  test('an owner and an acknowledgement belong to an incident and go with it', () => {
    const moments = live([
      heard(MAJOR),
      ordered(takeOver),
      ordered(acknowledge),
      ordered(unacknowledge),
      heard(FINE),
    ]);
    expect(moments[3]?.after).toMatchObject({ owner: 'shifter', peak: MAJOR });
    expect(stateOf(moments[4]?.after ?? { transition: 0 })).toBe('returned-unacknowledged');
    expect(live([heard(MAJOR), ordered(takeOver), ordered(acknowledge), heard(FINE)])[3]?.after).toEqual({
      transition: 0,
      raisedAt: 1,
      returnedAt: 4,
    });
  });
});

/** Must hold of every moment of every story. */
const INVARIANTS: Readonly<Record<string, (moment: Moment, manner: Manner) => boolean>> = {
  'it is what its schema says, so that a snapshot brings it back': ({ after }) =>
    Alarm.safeParse(JSON.parse(JSON.stringify(after))).success,
  'time alone has been dealt with up to now': ({ after, now }, manner) =>
    (deadlineOf(after, manner) ?? Number.POSITIVE_INFINITY) > now,
  'shelving ends': ({ after, now }) => !after.shelved || eventTimeToMs(after.shelved.until) > now,
  'a latched alarm is let go by a reset alone': ({ before, after, event }) =>
    !before.latched || after.latched === true || (event.kind === 'ordered' && event.order.kind === 'reset'),
  'an active alarm that latches and means something is latched': ({ after }, { latch }) =>
    !latch || !after.condition || !isMeaningful(after) || after.latched === true,
  'nothing is acknowledged but by a person': ({ before, after, outcome }) =>
    before.acknowledged === after.acknowledged || after.acknowledged === undefined || outcome?.done === true,
  'a worse severity is not covered by an acknowledgement of a better one': ({ before, after }) =>
    compareSeverity(conditionOf(after).severity, conditionOf(before).severity) <= 0 ||
    after.acknowledged === undefined,
  'nothing is raised while it has no meaning': ({ before, after }) =>
    isMeaningful(after) || before.condition !== undefined || after.condition === undefined,
  'nothing is counted or delayed while it has no meaning': ({ after }) =>
    isMeaningful(after) || (after.samples === undefined && after.waiting === undefined),
  'what is over unseen is on the list until it is seen, reset or raised again': ({ before, after, event }) =>
    !before.returned ||
    after.returned === true ||
    after.condition !== undefined ||
    after.acknowledged !== undefined ||
    event.kind === 'ordered',
  'a normal alarm has nothing of an incident': ({ after }) =>
    stateBeneath(after) !== 'normal' ||
    (after.acknowledged ?? after.peak ?? after.owner ?? after.condition) === undefined,
  'the peak is at least the severity': ({ after }) =>
    !after.condition || compareSeverity(after.peak ?? Severity.noAlarm, after.condition.severity) >= 0,
  'without delay and count people are told what is so': ({ after }, { onDelayMs, offDelayMs, count }) =>
    onDelayMs + offDelayMs > 0 ||
    count.of > 1 ||
    !isMeaningful(after) ||
    after.condition?.severity === after.judged?.severity,
};

test.each(Object.entries(INVARIANTS))('always: %s', (_, holds) => {
  fc.assert(
    fc.property(anyEvents, anyManner, (events, manner) => {
      const all = { ...MANNER, ...manner };
      for (const moment of live(events, manner)) {
        const { found, before, now } = moment;
        const passing: Moment = {
          event: { kind: 'time', after: 0 },
          now,
          found,
          before: found,
          after: before,
        };
        expect(holds(passing, all)).toBe(true);
        expect(holds(moment, all)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
