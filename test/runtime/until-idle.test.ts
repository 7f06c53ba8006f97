import { expect, test } from 'vitest';
import type { Health } from '../../protocol/messages/health.ts';
import { UntilIdle } from '../../runtime/until-idle.ts';

const lane = { stream: 'EVENT', position: 0, lag: 0, rate: 0, retries: 0, dead: 0 };
const beat = (actor: string, over: Partial<Health> = {}): Health => ({
  actor,
  instance: 'one',
  pid: 1,
  host: 'host',
  version: '0',
  startedAt: { seconds: 0, nanoseconds: 0 },
  at: { seconds: 0, nanoseconds: 0 },
  state: 'running',
  lanes: [lane],
  counters: {},
  latencies: {},
  ...over,
});

/** Two actors that are to end after a second of idleness, and when the last beat of a story ended them. */
async function endedAfter(
  story: readonly (readonly [at: number, health: Health])[],
  isReachable = (_now: number) => true,
): Promise<boolean> {
  let now = 0;
  const idle = new UntilIdle(
    ['a', 'b'],
    1000,
    async () => isReachable(now),
    () => now,
  );
  for (const [at, health] of story) {
    now = at;
    await idle.saw(health);
  }
  return idle.signal.aborted;
}

test('it ends when every actor has had nothing to do for so long, and not before', async () => {
  expect(
    await endedAfter([
      [500, beat('a')],
      [500, beat('b')],
      [999, beat('a')],
    ]),
  ).toBe(false);
  expect(
    await endedAfter([
      [500, beat('a')],
      [500, beat('b')],
      [1000, beat('a')],
    ]),
  ).toBe(true);
});

const BUSY: [string, Partial<Health>][] = [
  ['something waits or is in hand', { lanes: [{ ...lane, lag: 1 }] }],
  ['something was just done', { lanes: [lane, { ...lane, rate: 0.5 }] }],
  ['it is only starting', { state: 'starting', lanes: [] }],
  ['it is failing', { state: 'failing', lanes: [] }],
];

test.each(BUSY)('it does not end while %s with one of them', async (_, over) => {
  const busy = beat('b', over);
  expect(
    await endedAfter([
      [1500, busy],
      [1500, beat('a')],
      [2499, beat('a')],
    ]),
  ).toBe(false);
  expect(
    await endedAfter([
      [1500, busy],
      [1500, beat('a')],
      [2500, beat('a')],
    ]),
  ).toBe(true);
});

test('an outage of the streams is no idleness, however empty they look meanwhile', async () => {
  const beats = [1, 2, 3, 4, 5, 6].map(n => [n * 500, beat('a')] as const);
  expect(await endedAfter(beats, now => now > 2500)).toBe(false);
  expect(await endedAfter(beats, now => now > 2000)).toBe(true);
});
