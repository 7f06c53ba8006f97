import { describe, expect, test } from 'vitest';
import { BeamMonitorConfig } from '../../../actors/beam-monitor/config.ts';
import { dealOut, nameOf } from '../../../actors/beam-monitor/lists.ts';
import { device } from './asked.ts';

const NEEDED = { server: 'http://127.0.0.1:8080/xmlrpc/Accelerator', devices: 'numi.yaml' };
const list = {
  devices: [device('E:TRTGTD'), device('E:HPTGT'), device('E:MMA1PD', { inOut: 'out' })],
  notReadOut: [],
};
const read = (more: object = {}) => BeamMonitorConfig.parse({ ...NEEDED, ...more });
const refusal = (more: object) =>
  BeamMonitorConfig.safeParse({ ...NEEDED, ...more }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the configuration', () => {
  test('needs the server and the device list only; durations are milliseconds inside', () => {
    expect(read()).toMatchObject({
      source: 'acnet',
      timeout: 10_000,
      callback: {
        enabled: true,
        silentAfter: 30_000,
        storeTimeout: 4000,
        subscriptions: [
          { event: 'A9', delay: 20, inOut: 'in' },
          { event: 'AD', delay: 1900, inOut: 'out' },
        ],
        limits: { body: 4 * 1024 * 1024 },
      },
      polling: { enabled: false, lists: [{ inOut: 'out', every: 30_000, between: 0 }] },
    });
    expect(BeamMonitorConfig.safeParse({}).error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'server',
      'devices',
    ]);
  });

  test.each([
    [{ server: 'ftp://there' }, /^server: /],
    [{ callback: { allow: ['everybody'] } }, /^callback\.allow\.0: /],
    [{ callback: { allow: [] } }, /^callback\.allow: /],
    [{ callback: { listen: { host: '0.0.0.0' } } }, /^callback\.advertise: is needed/],
    [
      { callback: { subscriptions: [{ event: '$A9', inOut: 'in' }] } },
      /accepted: a clock event in hex such as "A9"/,
    ],
    [{ callback: { subscriptions: [{ event: 'p,0', inOut: 'in' }] } }, /a timer in ms such as "p,1000"/],
    [{ callback: { storeTimeout: 4 } }, /^callback\.storeTimeout: /],
    [{ callback: { renewFraction: 1 } }, /^callback\.renewFraction: /],
    [{ polling: { lists: [{ inOut: 'out', every: '1ms' }] } }, /must be at least "10ms"/],
    [{ polling: { list: [] } }, /list/],
  ])('%j is refused with its place', (more, reason) => {
    expect(refusal(more)?.join('\n')).toMatch(reason);
  });
});

describe('the device list dealt out', () => {
  test('keeps in-spill and out-of-spill devices apart, polling and callbacks at once', () => {
    const { subscriptions, polled, empty } = dealOut(list, read({ polling: { enabled: true } }));
    expect([...subscriptions, ...polled].map(asked => [nameOf(asked), [...asked.devices.keys()]])).toEqual([
      ['A9+20ms, in', ['E:TRTGTD', 'E:HPTGT']],
      ['AD+1900ms, out', ['E:MMA1PD']],
      ['poll-30s, out', ['E:MMA1PD']],
    ]);
    expect(empty).toEqual([]);
  });

  test('may give a subscription a part of the list', () => {
    const config = read({
      callback: { subscriptions: [{ event: 'p,1000', inOut: 'in', devices: ['E:HPTGT'] }] },
    });
    const [only] = dealOut(list, config).subscriptions;
    expect([only?.trigger, [...(only?.devices.keys() ?? [])]]).toEqual(['p,1000', ['E:HPTGT']]);
  });

  test('refuses a part that is not in the list, and to run with nothing to read', () => {
    const foreign = read({
      callback: { subscriptions: [{ event: 'A9', inOut: 'in', devices: ['E:MMA1PD'] }] },
    });
    expect(() => dealOut(list, foreign)).toThrow(
      /subscription to A9: E:MMA1PD is not in the device list as in/,
    );
    expect(() => dealOut(list, read({ callback: { enabled: false } }))).toThrow(/nothing to read/);
  });

  test('leaves out a subscription that has no device, and says so', () => {
    const inOnly = { devices: [device('E:TRTGTD')], notReadOut: [] };
    const { subscriptions, empty } = dealOut(inOnly, read());
    expect(subscriptions.map(nameOf)).toEqual(['A9+20ms, in']);
    expect(empty).toEqual(['AD+1900ms, out']);
  });
});
