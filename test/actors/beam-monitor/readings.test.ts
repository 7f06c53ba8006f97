import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FATE } from '../../../actors/beam-monitor/fate.ts';
import { composeReadings, type Seen } from '../../../actors/beam-monitor/readings.ts';
import { readings, valuesOf } from '../../../protocol/messages/readings.ts';
import { device, subscription } from './asked.ts';

const SECONDS = 1_323_726_316;
const time = { seconds: SECONDS, nanoseconds: 528_000_000 };
const nowMs = SECONDS * 1000 + 600;
const asked = subscription([
  device('E:TRTGTD', { units: 'E12' }),
  device('E:HPTGT', { length: 7 }),
  device('E:NBCCNT', { kind: 'int' }),
]);

const good = (name: string, scaled: unknown, more: object = {}) => ({
  name,
  scaled,
  units: 'E12',
  status: 0,
  seconds: SECONDS,
  milliseconds: 548,
  ...more,
});
const seven = [0, 1, 2, 3, 4, 5, 6];
const all = [good('E:TRTGTD', 25.5), good('E:HPTGT', seven), good('E:NBCCNT', 17)];

const compose = (given: readonly unknown[], seen: Seen = new Map(), more: object = {}) =>
  composeReadings(asked, { time, readings: given, ...more }, seen, { nowMs, futureToleranceMs: 1000 });

/** Replaces the scalar of a good callback and tells what became of it, and that the others did not suffer. */
function scalar(struct: object, seen?: Seen) {
  const { body } = compose([{ ...good('E:TRTGTD', 25.5), ...struct }, all[1], all[2]], seen);
  expect(body.devices.map(({ name }) => name)).toEqual(expect.arrayContaining(['E:HPTGT', 'E:NBCCNT']));
  return {
    kept: body.devices.find(({ name }) => name === 'E:TRTGTD'),
    problems: body.problems.map(({ code }) => code),
    details: body.problems.map(({ detail }) => detail).join('; '),
  };
}

describe('a good callback', () => {
  test('becomes one message, devices in the order of the list and with the units as delivered', () => {
    const { body, matched } = compose(all.toReversed());
    expect(matched).toBe(3);
    expect(body).toEqual({
      source: 'numi',
      mode: 'callback',
      trigger: 'A9',
      inOut: 'in',
      time,
      problems: [],
      devices: [
        { name: 'E:TRTGTD', kind: 'float', units: 'E12', status: 0, ...stamp, values: [25.5] },
        { name: 'E:HPTGT', kind: 'float', units: 'E12', status: 0, ...stamp, values: seven },
        { name: 'E:NBCCNT', kind: 'int', units: 'E12', status: 0, ...stamp, values: [17] },
      ],
    });
    expect(readings.decode(readings.encode(body))).toEqual(body);
  });
  const stamp = { seconds: SECONDS, milliseconds: 548 };

  test('told twice has one identity, so it is stored once', () => {
    expect(readings.identity(compose(all.toReversed()).body)).toBe(readings.identity(compose(all).body));
  });

  test.each([
    ['a double for an int', good('E:NBCCNT', 17.0), [17]],
    ['an i8 for an int', good('E:NBCCNT', 17n), [17]],
    ['an array of one for a scalar', good('E:NBCCNT', [17]), [17]],
    ['the edge of 32 bits', good('E:NBCCNT', -(2 ** 31)), [-(2 ** 31)]],
  ])('may carry %s', (_what, struct, values) => {
    const { body } = compose([all[0], all[1], struct]);
    expect(body.problems).toEqual([]);
    expect(body.devices[2]?.values).toEqual(values);
  });

  test('may tell the seconds as i8, as a server must after 2038', () => {
    const late = 2 ** 31 + 5;
    const { body } = composeReadings(
      asked,
      { time: { seconds: late, nanoseconds: 0 }, readings: [good('E:TRTGTD', 1, { seconds: BigInt(late) })] },
      new Map(),
      { nowMs: late * 1000, futureToleranceMs: 1000 },
    );
    expect(body.devices[0]?.seconds).toBe(late);
  });
});

describe('one bad device never costs the others', () => {
  test.each([
    ['text for a number', { scaled: '25.5' }, 'DEVICE_TYPE'],
    ['a boolean for a number', { scaled: true }, 'DEVICE_TYPE'],
    ['text among numbers', { scaled: [1, 'x'] }, 'DEVICE_TYPE'],
    ['nil', { scaled: null }, 'DEVICE_TYPE'],
    ['no value', { scaled: undefined }, 'DEVICE_TYPE'],
    ['a status that is text', { status: 'good' }, 'DEVICE_TYPE'],
    ['an array for a scalar', { scaled: [1, 2] }, 'DEVICE_LENGTH'],
    ['an empty array', { scaled: [] }, 'DEVICE_LENGTH'],
  ])('%s leaves it out', (_what, struct, code) => {
    expect(scalar(struct)).toMatchObject({ kept: undefined, problems: [code] });
  });

  test.each([
    ['NaN', { scaled: Number.NaN }, 'DEVICE_NOT_FINITE'],
    ['infinity', { scaled: Number.NEGATIVE_INFINITY }, 'DEVICE_NOT_FINITE'],
    ['a warning status', { status: 14 + 256 * 8 }, 'DEVICE_STATUS'],
    ['a time ahead of the clock', { seconds: SECONDS + 2 }, 'DEVICE_TIME_FUTURE'],
    ['no time', { seconds: undefined }, 'DEVICE_TIME_ABSENT'],
    ['a time before 1970', { seconds: -1 }, 'DEVICE_TIME_ABSENT'],
    ['milliseconds beyond a second', { milliseconds: 1000 }, 'DEVICE_TIME_ABSENT'],
    ['a time that no block holds', { seconds: 2 ** 32 }, 'DEVICE_TIME_ABSENT'],
  ])('%s is kept with its mark', (_what, struct, code) => {
    const { kept, problems } = scalar(struct);
    expect(problems).toEqual([code]);
    expect(kept && valuesOf(kept)).toEqual(['scaled' in struct ? struct.scaled : 25.5]);
  });

  test('a bad status without a value tells the status and what it means, not a wrong type', () => {
    const struct = { ...good('E:TRTGTD', undefined), status: 14 - 256 * 4 };
    const { body } = composeReadings(asked, { time, readings: [struct, all[1], all[2]] }, new Map(), {
      nowMs,
      futureToleranceMs: 1000,
      statusText: status => (status === 14 - 1024 ? 'stale' : undefined),
    });
    expect(body.problems).toEqual([
      { device: 'E:TRTGTD', code: 'DEVICE_STATUS', detail: '[14 -4] stale; no value' },
    ]);
    expect(body.devices).toHaveLength(2);
  });

  test.each([
    ['a fraction', 1.5, 'DEVICE_TYPE'],
    ['NaN', Number.NaN, 'DEVICE_TYPE'],
    ['2^31', 2 ** 31, 'DEVICE_INT_RANGE'],
    ['-2^31 - 1', -(2 ** 31) - 1, 'DEVICE_INT_RANGE'],
    ['an i8 beyond a double', 2n ** 62n, 'DEVICE_INT_RANGE'],
  ])('an int device that reads %s is left out', (_what, scaled, code) => {
    const { body } = compose([all[0], all[1], good('E:NBCCNT', scaled)]);
    expect(body.devices.map(({ name }) => name)).toEqual(['E:TRTGTD', 'E:HPTGT']);
    expect(body.problems.map(problem => problem.code)).toEqual([code]);
  });

  test.each([
    ['2^31', 2n ** 31n, 'DEVICE_INT_RANGE'],
    ['text', 'good', 'DEVICE_TYPE'],
  ])('a device whose status is %s is left out, alone', (_what, status, code) => {
    const { body } = compose([all[0], all[1], { ...good('E:NBCCNT', 17), status }]);
    expect(body.devices.map(({ name }) => name)).toEqual(['E:TRTGTD', 'E:HPTGT']);
    expect(body.problems.map(problem => problem.code)).toEqual([code]);
  });

  test('one dead wire does not cost the profile', () => {
    const { body } = compose([good('E:HPTGT', [0, 1, Number.NaN, 3, 4, 5, 6]), all[0], all[2]]);
    const profile = readings.decode(readings.encode(body)).devices[1];
    expect(profile && valuesOf(profile)).toEqual([0, 1, Number.NaN, 3, 4, 5, 6]);
  });

  test('a missing device is named, and so is one nobody asked for', () => {
    const { body, matched } = compose([all[0], all[2], good('M:OUTTMP', 72.5), all[0], 'rubbish']);
    expect(matched).toBe(2);
    expect(body.problems.map(({ device: name, code, detail }) => `${code} ${name}: ${detail}`)).toEqual([
      'DEVICE_UNREQUESTED M:OUTTMP: nobody asked for it',
      'DEVICE_UNREQUESTED E:TRTGTD: given twice; the first is taken',
      'DEVICE_UNREQUESTED : a reading without a name',
      'DEVICE_MISSING E:HPTGT: asked for, not given',
    ]);
  });

  test('rubbish without end does not make the message grow without end', () => {
    const rubbish = Array.from({ length: 100_000 }, (_, index) => good(`X:${'Y'.repeat(1000)}${index}`, 1));
    const { body } = compose([...rubbish, ...all]);
    expect(body.devices).toHaveLength(3);
    expect(body.problems).toHaveLength(21);
    expect(readings.encode(body).length).toBeLessThan(5000);
  });
});

describe('a frozen device time', () => {
  const trigger = (seconds: number, seen: Seen) =>
    composeReadings(asked, { time: { seconds, nanoseconds: 0 }, readings: all }, seen, {
      nowMs,
      futureToleranceMs: 1000,
    });
  const frozen = ({ body }: ReturnType<typeof compose>) =>
    body.problems.filter(({ code }) => code === 'DEVICE_TIME_FROZEN').length;

  test('is one that another trigger had too; the values stay', () => {
    const first = trigger(SECONDS, new Map());
    const second = trigger(SECONDS + 2, first.seen);
    expect([frozen(first), frozen(second)]).toEqual([0, 3]);
    expect(second.body.devices).toHaveLength(3);
  });

  test('is judged alike when the same callback comes again after a failed store', () => {
    const first = trigger(SECONDS, new Map());
    const again = trigger(SECONDS, first.seen);
    const second = trigger(SECONDS + 2, again.seen);
    const secondAgain = trigger(SECONDS + 2, second.seen);
    expect([first, again, second, secondAgain].map(frozen)).toEqual([0, 0, 3, 3]);
  });
});

test('whatever a front end puts into its structs, the message is valid and tells every device once', () => {
  const anything = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string(),
    fc.constantFrom(null, undefined, true),
    fc.array(fc.oneof(fc.double(), fc.integer(), fc.bigInt(), fc.string({ maxLength: 3 })), { maxLength: 9 }),
    fc.array(fc.double(), { minLength: 7, maxLength: 7 }),
  );
  const struct = fc.record(
    {
      name: fc.constantFrom<unknown>('E:TRTGTD', 'E:HPTGT', 'E:NBCCNT', 'M:OUTTMP', 7),
      scaled: anything,
      units: anything,
      status: fc.oneof(fc.constant(0), fc.integer(), anything),
      seconds: fc.oneof(fc.constant(SECONDS), anything),
      milliseconds: fc.oneof(fc.integer({ min: 0, max: 999 }), anything),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: struct }, anything), { maxLength: 6 }), given => {
      const { body } = compose(given);
      const back = readings.decode(readings.encode(body));
      for (const name of asked.devices.keys()) {
        const kept = back.devices.filter(reading => reading.name === name).length;
        const leftOut = back.problems.some(
          problem =>
            problem.device === name &&
            (FATE[problem.code as keyof typeof FATE] === 'leave out' || problem.detail.endsWith('no value')),
        );
        expect(kept === 1 || (kept === 0 && leftOut)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
