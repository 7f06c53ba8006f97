import { expect, test } from 'vitest';
import { nextRestart } from '../../../runtime/supervisor/next-restart.ts';

const policy = { firstMs: 200, maxMs: 10_000, resetAfterMs: 30_000 };
const most = () => 1;
const least = () => 0;

test('a service that keeps failing is tried ever more rarely, up to the limit', () => {
  const delays: number[] = [];
  let failures = 0;
  for (let time = 0; time < 9; time++) {
    const next = nextRestart(policy, { failures }, 0, most);
    failures = next.failures;
    delays.push(next.delayMs);
  }
  expect(delays).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
});

test('jitter spreads the tries of many, never to less than half', () => {
  expect(nextRestart(policy, { failures: 3 }, 0, least).delayMs).toBe(800);
});

test('an end after a long run counts as the first', () => {
  expect(nextRestart(policy, { failures: 7, readyAt: 1000 }, 31_000, most)).toEqual({
    failures: 1,
    delayMs: 200,
    reason: 'was ready for 30.0 s: starting again in 0.2 s',
  });
});

test('an end soon after the start goes on counting', () => {
  expect(nextRestart(policy, { failures: 1, readyAt: 1000 }, 2500, most)).toEqual({
    failures: 2,
    delayMs: 400,
    reason: 'was ready for 1.5 s, failure 2 in a row: starting again in 0.4 s',
  });
});
