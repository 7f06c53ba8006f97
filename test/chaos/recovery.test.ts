import { expect, test } from 'vitest';
import { recovery } from './cluster/recovery.ts';

test('recovery is told from each blow to the first message accepted after it, and to the row of that very message', () => {
  const passages = [
    { acceptedAt: 1_000, storedAt: 1_100 },
    { acceptedAt: 6_000, storedAt: 9_000 },
    { acceptedAt: 6_500, storedAt: undefined },
    { acceptedAt: 20_000, storedAt: 20_500 },
  ];
  expect(recovery(passages, [1_000, 6_100, 6_500, 30_000])).toEqual({
    count: 3,
    acceptedMs: { p50: 5_000, p99: 13_500, max: 13_500 },
    storedMs: { p50: 8_000, p99: 14_000, max: 14_000 },
  });
});
