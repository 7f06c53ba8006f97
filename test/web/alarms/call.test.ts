import { expect, test } from 'vitest';
import { Burst, isCall } from '../../../web/alarms/call.ts';
import { alarm } from '../../actors/gateway/harness.ts';

test('new and worse alarms call; seen, better and returned ones do not', () => {
  expect(isCall(alarm('a/x', { from: 'normal', to: 'unacknowledged' }))).toBe(true);
  const still = { from: 'unacknowledged', to: 'unacknowledged' } as const;
  expect(isCall(alarm('a/x', { ...still, severityBefore: 'MINOR', severity: 'MAJOR' }))).toBe(true);
  expect(isCall(alarm('a/x', { ...still, severityBefore: 'MAJOR', severity: 'MINOR' }))).toBe(false);
  expect(isCall(alarm('a/x', { from: 'unacknowledged', to: 'acknowledged' }))).toBe(false);
});

test('alarms that come together are one call, by the worst of them, and say how many more there are', () => {
  const burst = new Burst();
  burst.add(alarm('a/1', { severity: 'MINOR', peak: 'MINOR' }), 0);
  burst.add(alarm('a/2'), 900);
  burst.add(alarm('a/3', { severity: 'MINOR', peak: 'MINOR' }), 1000);
  expect(burst.due(1000, () => true)).toBeUndefined();
  expect(burst.due(1500, () => true)).toMatchObject({ worst: { alarm: 'a/2' }, more: 2 });
  expect(burst.due(9000, () => true)).toBeUndefined();
});

test('what somebody has acknowledged before the sound is not called', () => {
  const burst = new Burst();
  burst.add(alarm('a/1'), 0);
  expect(burst.due(2000, () => false)).toBeUndefined();
});
