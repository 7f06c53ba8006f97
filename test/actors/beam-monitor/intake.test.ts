import { describe, expect, test } from 'vitest';
import { Intake } from '../../../actors/beam-monitor/intake.ts';
import type { Subscription } from '../../../actors/beam-monitor/lists.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { device, subscription } from './asked.ts';

const SECONDS = 1_323_726_316;
const spill = subscription([device('E:TRTGTD'), device('E:TOR101')]);
const early = subscription([device('E:TOR101')], { delayMs: 0 });
const pedestals = subscription([device('E:MMA1PD')], { trigger: 'AD', inOut: 'out', delayMs: 1900 });

const reading = (name: string) => ({
  name,
  scaled: 1,
  units: '',
  status: 0,
  seconds: SECONDS,
  milliseconds: 20,
});
const callback = (more: object = {}) => ({
  id: 'r1',
  event: 'A9',
  sequence: 1,
  seconds: SECONDS,
  nanoseconds: 528_000_000,
  readings: [reading('E:TRTGTD'), reading('E:TOR101')],
  ...more,
});

function setUp(storeTimeoutMs = 1000) {
  const context = fakeContext({ clock: () => SECONDS * 1000 + 700 });
  const heard: Subscription[] = [];
  const intake = new Intake(context, {
    subscriptions: [early, spill, pedestals],
    subscriptionOf: id => (id === 'r1' ? spill : undefined),
    futureToleranceMs: 1000,
    storeTimeoutMs,
    statusText: () => undefined,
    onHeard: one => heard.push(one),
  });
  return { context, intake, heard, take: (value: unknown) => intake.take([value], SECONDS * 1000 + 650) };
}

describe('accepted means kept', () => {
  test('a callback is accepted only after its readings are stored, with the time of each hop', async () => {
    const { context, intake, take, heard } = setUp();
    const stored = Promise.withResolvers<void>();
    context.onPublish = async message => {
      await stored.promise;
      return context.keep(message);
    };
    let accepted = false;
    const taking = take(callback()).then(() => (accepted = true));
    await new Promise(resolve => setImmediate(resolve));
    expect([accepted, intake.figures.accepted]).toEqual([false, 0]);
    stored.resolve();
    await taking;
    expect(context.published).toHaveLength(1);
    expect(context.published[0]?.hops).toEqual([
      ['triggered', SECONDS * 1000 + 528],
      ['received', SECONDS * 1000 + 650],
    ]);
    expect(intake.figures.accepted).toBe(1);
    expect(heard).toEqual([spill]);
  });

  test('what JetStream does not store in time is not accepted, and a late failure of it harms nobody', async () => {
    const { context, intake, take } = setUp(20);
    const never = Promise.withResolvers<never>();
    context.onPublish = () => never.promise;
    await expect(take(callback())).rejects.toMatchObject({ code: 'NOT_STORED' });
    never.reject(new Error('away'));
    expect(intake.figures).toMatchObject({ accepted: 0, notStored: 1 });
  });

  test('what JetStream refuses is not accepted, and tells why', async () => {
    const { context, take } = setUp();
    context.onPublish = () => Promise.reject(new Error('no space'));
    await expect(take(callback())).rejects.toMatchObject({
      code: 'NOT_STORED',
      message: expect.stringContaining('no space') as string,
    });
  });

  test('a callback told again after a lost answer is accepted and stored once', async () => {
    const { context, intake, take } = setUp();
    await take(callback());
    await take(callback());
    expect(context.published).toHaveLength(1);
    expect(intake.figures).toMatchObject({ accepted: 2, duplicates: 1, missed: 0 });
    expect(context.counts.get('duplicate{trigger=A9}')).toBe(1);
  });

  test('a callback the front end gave up on is noticed by its number', async () => {
    const { context, intake, take } = setUp();
    await take(callback());
    for (let sequence = 4; sequence < 70; sequence++)
      await take(callback({ sequence, seconds: SECONDS + sequence }));
    await take(callback({ id: 'r2', sequence: 100, seconds: SECONDS + 100 }));
    expect(intake.figures.missed).toBe(2);
    expect(context.counts.get('missed{trigger=A9}')).toBe(2);
  });
});

describe('which subscription a callback belongs to', () => {
  const stored = (context: ReturnType<typeof fakeContext>) =>
    context.published.map(({ body }) => body as Readings);

  test('is told by its devices when the registration is one of an earlier life of ours', async () => {
    const { context, take, heard } = setUp();
    await take(callback({ id: 'before the restart' }));
    await take(callback({ id: 'before the restart', event: 'AD', readings: [reading('E:MMA1PD')] }));
    expect(heard).toEqual([spill, pedestals]);
    expect(stored(context).map(({ inOut, devices }) => [inOut, devices.length])).toEqual([
      ['in', 2],
      ['out', 1],
    ]);
    expect(context.counts.get('unknown_registration')).toBe(2);
  });

  test('is nobody when no device of it was asked for: it is refused and nothing stored', async () => {
    const { context, take, heard } = setUp();
    const foreign = [reading('M:OUTTMP')];
    await expect(take(callback({ readings: foreign }))).rejects.toMatchObject({ code: 'DEVICE_UNREQUESTED' });
    await expect(take(callback({ id: 'x', readings: foreign }))).rejects.toMatchObject({
      code: 'DEVICE_UNREQUESTED',
    });
    await expect(take(callback({ id: 'x', event: '74' }))).rejects.toMatchObject({
      code: 'DEVICE_UNREQUESTED',
    });
    expect([context.published, heard]).toEqual([[], []]);
  });

  test('a trigger without any reading is kept: every device missing', async () => {
    const { context, take } = setUp();
    await take(callback({ readings: [] }));
    expect(stored(context)[0]?.problems.map(({ code }) => code)).toEqual([
      'DEVICE_MISSING',
      'DEVICE_MISSING',
    ]);
  });

  test('one reading nobody asked for does not cost the others', async () => {
    const { context, take } = setUp();
    await take(callback({ readings: [reading('M:OUTTMP'), reading('E:TRTGTD'), reading('E:TOR101')] }));
    expect(stored(context)[0]).toMatchObject({
      problems: [{ device: 'M:OUTTMP', code: 'DEVICE_UNREQUESTED' }],
    });
    expect(stored(context)[0]?.devices).toHaveLength(2);
  });
});

test.each([
  ['no parameter', []],
  ['two parameters', [callback(), callback()]],
  ['text', ['readings']],
  ['an empty struct', [{}]],
  ['no readings', [callback({ readings: undefined })]],
  ['readings that are a struct', [callback({ readings: {} })]],
  ['a number for an id', [callback({ id: 7 })]],
  ['a fraction of a second in seconds', [callback({ seconds: 1.5 })]],
  ['a trigger before 1970', [callback({ seconds: -1 })]],
  ['more nanoseconds than a second has', [callback({ nanoseconds: 1e9 })]],
  ['a sequence of nothing', [callback({ sequence: 0 })]],
])('%s is not a callback', async (_what, params) => {
  const { context, intake } = setUp();
  await expect(intake.take(params, 0)).rejects.toMatchObject({ code: 'CALLBACK_INVALID' });
  expect(context.published).toEqual([]);
});
