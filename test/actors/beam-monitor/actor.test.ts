import { describe, expect, test } from 'vitest';
import { beamMonitor } from '../../../actors/beam-monitor/actor.ts';
import { BeamMonitorConfig } from '../../../actors/beam-monitor/config.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { until } from '../../helpers/until.ts';
import { FrontEnd, readingOf } from './front-end.ts';
import { startMonitor } from './monitor.ts';

const seven = [0, 1, 2, 3, 4, 5, 6];
const spill = () => [
  readingOf('E:TRTGTD'),
  readingOf('E:HPTGT', { scaled: seven }),
  readingOf('E:NBCCNT', { scaled: 17 }),
];

/** Monitor and front end, both subscriptions standing. */
async function beamLine(callback: object = {}, more: object = {}, leaseSeconds = 60) {
  const stack = new AsyncDisposableStack();
  const front = stack.use(await FrontEnd.listen({ leaseSeconds }));
  const monitor = stack.use(await startMonitor(front.server.url, callback, more));
  await until(() => monitor.actor.health?.()['registrations'] === 2, { what: 'both registrations' });
  return { front, monitor, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('callback mode', () => {
  test('registers in-spill and out-of-spill devices apart, each with its event and delay', async () => {
    await using line = await beamLine();
    const { A9, AD } = Object.fromEntries(
      [...line.front.registrations.values()].map(registered => [registered.event, registered]),
    );
    expect(A9).toMatchObject({
      delayMs: 20,
      devices: ['E:TRTGTD', 'E:HPTGT', 'E:NBCCNT'],
      method: 'spillway.readings',
    });
    expect(AD).toMatchObject({ delayMs: 1900, devices: ['E:MMA1PD'] });
    expect(line.monitor.actor.health?.()).toMatchObject({ subscriptions: 2, registrations: 2, accepted: 0 });
  });

  test('answers success only after JetStream has stored the readings', async () => {
    await using line = await beamLine();
    const { context } = line.monitor;
    const stored = Promise.withResolvers<void>();
    context.onPublish = async message => {
      await stored.promise;
      return context.keep(message);
    };
    let answered = false;
    const answer = line.front.trigger('A9', { readings: spill() }).finally(() => (answered = true));
    await until(() => line.monitor.actor.health?.()['callbacks'] === 1, { what: 'the callback' });
    expect(answered).toBe(false);
    stored.resolve();
    expect(await answer).toBe(true);
    expect(context.published).toHaveLength(1);
    expect(context.published[0]?.hops?.map(([hop]) => hop)).toEqual(['triggered', 'received']);
    expect(line.monitor.bodies()[0]).toMatchObject({
      trigger: 'A9',
      inOut: 'in',
      mode: 'callback',
      problems: [],
    });
    expect(line.monitor.bodies()[0]?.devices[1]?.values).toEqual(seven);
  });

  test('answers a fault while JetStream is away, and the same callback again is then stored once', async () => {
    await using line = await beamLine();
    const { context } = line.monitor;
    const callback = { readings: spill(), seconds: 1_323_726_316 };
    context.onPublish = () => Promise.reject(new SpillwayError('NATS_AWAY', 'no servers'));
    await expect(line.front.trigger('A9', callback)).rejects.toThrow(/NOT_STORED: NATS_AWAY: no servers/);
    expect(line.monitor.refused('NOT_STORED')).toBe(1);
    context.onPublish = async message => context.keep(message);
    await line.front.trigger('A9', callback);
    await line.front.trigger('A9', callback);
    expect(context.published).toHaveLength(1);
    expect(line.monitor.actor.health?.()).toMatchObject({
      accepted: 2,
      duplicates: 1,
      notStored: 1,
      refused: 1,
    });
  });

  test('answers a fault when storing takes too long', async () => {
    await using line = await beamLine({ storeTimeout: '50ms' });
    line.monitor.context.onPublish = () => new Promise(() => {});
    await expect(line.front.trigger('A9')).rejects.toThrow(/NOT_STORED: not stored within 50 ms/);
  });

  test('takes callbacks under a registration from before our restart', async () => {
    await using line = await beamLine();
    expect(await line.front.trigger('A9', { id: 'from before', readings: spill() })).toBe(true);
    expect(line.monitor.bodies()).toHaveLength(1);
    expect(line.monitor.context.counts.get('unknown_registration')).toBe(1);
  });

  test('keeps every device that is good when others are missing, foreign, wrong, late or early', async () => {
    await using line = await beamLine();
    const now = Math.floor(Date.now() / 1000);
    await line.front.trigger('A9', {
      readings: [
        readingOf('E:TRTGTD', { scaled: Number.NaN, seconds: now + 100 }),
        readingOf('E:NBCCNT', { scaled: 2n ** 31n }),
        readingOf('M:OUTTMP'),
      ],
    });
    const [body] = line.monitor.bodies();
    expect(body?.devices.map(({ name }) => name)).toEqual(['E:TRTGTD']);
    expect(body?.problems.map(({ device, code }) => `${device} ${code}`).toSorted()).toEqual([
      'E:HPTGT DEVICE_MISSING',
      'E:NBCCNT DEVICE_INT_RANGE',
      'E:TRTGTD DEVICE_NOT_FINITE',
      'E:TRTGTD DEVICE_TIME_FUTURE',
      'M:OUTTMP DEVICE_UNREQUESTED',
    ]);
    expect(body && readings.decode(readings.encode(body))).toEqual(body);
    await line.front.trigger('A9', {
      seconds: now + 2,
      readings: [readingOf('E:TRTGTD', { seconds: now + 100 })],
    });
    expect(line.monitor.bodies()[1]?.problems).toContainEqual(
      expect.objectContaining({ device: 'E:TRTGTD', code: 'DEVICE_TIME_FROZEN' }),
    );
  });

  test('registers anew when the server was restarted and callbacks stay away', async () => {
    await using line = await beamLine({ silentAfter: '200ms' });
    line.front.registrations.clear();
    await until(() => line.front.registrations.size === 2, { what: 'new registrations' });
    expect(await line.front.trigger('A9')).toBe(true);
  });

  test('renews its leases, and registers anew when the server refuses to renew', async () => {
    await using line = await beamLine({}, {}, 1);
    const renewals = () => line.monitor.context.counts.get('registration{action=renew,outcome=renewed}') ?? 0;
    await until(() => renewals() >= 2, { what: 'renewals' });
    line.front.registrations.clear();
    await until(() => line.front.registrations.size === 2, { what: 'new registrations' });
    expect(line.monitor.context.counts.get('registration{action=renew,outcome=unknown}')).toBe(2);
  });

  test('starts without the server, says so, and registers when it is there', async () => {
    const front = await FrontEnd.listen();
    const { port, url } = front.server;
    await front[Symbol.asyncDispose]();
    await using monitor = await startMonitor(url);
    await until(() => (monitor.context.counts.get('registration{action=start,outcome=failed}') ?? 0) >= 4, {
      what: 'failed tries',
    });
    expect(monitor.actor.health?.()).toMatchObject({ subscriptions: 2, registrations: 0 });
    await using back = await FrontEnd.listen({ port });
    await until(() => back.registrations.size === 2, { what: 'both registrations' });
  });

  test('leaves its registrations to a successor where it is told to', async () => {
    const line = await beamLine({ leave: false });
    line.monitor.context.abort();
    await line.monitor.actor[Symbol.asyncDispose]();
    expect(line.front.stopped).toEqual([]);
    await line[Symbol.asyncDispose]();
  });

  test('leaves the server, lets the callback in hand finish, and closes', async () => {
    const line = await beamLine();
    const { context } = line.monitor;
    const stored = Promise.withResolvers<void>();
    context.onPublish = async message => {
      await stored.promise;
      return context.keep(message);
    };
    const { url } = line.front.registeredFor('A9');
    const answer = line.front.trigger('A9', { readings: spill() });
    await until(() => line.monitor.actor.health?.()['callbacks'] === 1, { what: 'the callback' });
    context.abort();
    const gone = line.monitor.actor[Symbol.asyncDispose]();
    await until(() => line.front.stopped.length === 2, { what: 'our leave' });
    stored.resolve();
    expect(await answer).toBe(true);
    await gone;
    expect(context.published).toHaveLength(1);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await line[Symbol.asyncDispose]();
  });
});

test('polls and takes callbacks at once', async () => {
  const polling = { enabled: true, lists: [{ inOut: 'out', every: '50ms' }] };
  await using line = await beamLine({}, { polling });
  await line.front.trigger('A9', { readings: spill() });
  await until(() => line.monitor.bodies().some(({ mode }) => mode === 'polling'), { what: 'a poll' });
  expect(line.monitor.bodies().find(({ mode }) => mode === 'polling')).toMatchObject({
    trigger: 'poll-50ms',
    inOut: 'out',
    problems: [],
    devices: [{ name: 'E:MMA1PD', values: [25.5] }],
  });
  expect(line.monitor.bodies().filter(({ mode }) => mode === 'callback')).toHaveLength(1);
  expect(line.monitor.actor.health?.()['polls']).toBeGreaterThan(0);
});

test('polls without a listener when callbacks are off', async () => {
  await using front = await FrontEnd.listen();
  const polling = { enabled: true, lists: [{ inOut: 'in', every: '1h' }] };
  await using monitor = await startMonitor(front.server.url, { enabled: false }, { polling });
  await until(() => monitor.bodies().length === 1, { what: 'a poll' });
  expect(front.registrations.size).toBe(0);
  expect(monitor.actor.health?.()).not.toHaveProperty('callbacks');
});

test('a device list that is not there stops the start, by its name', async () => {
  const config = BeamMonitorConfig.parse({ server: 'http://127.0.0.1:9/', devices: '/not/there.yaml' });
  await expect(beamMonitor.start(config, fakeContext())).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
    message: expect.stringContaining('/not/there.yaml') as string,
  });
});
