import { expect, test } from 'vitest';
import { type Condition, conditionsOf, Steady } from '../../../web/app/conditions.ts';
import { heard, initialStatus, lost, type Status } from '../../../web/app/status.ts';
import { spill } from '../helpers/made-up.ts';

const NOW = Date.UTC(2026, 10, 21, 10, 30);

const live: Status = heard(
  initialStatus('v1', NOW),
  { type: 'hello', version: 'v1', experiment: 'numi', now: NOW },
  NOW,
);
const ids = (status: Status, nowMs = NOW) => conditionsOf(status, nowMs).map(({ id }) => id);

test('a page that is live, of the same version and with fresh data has nothing to say', () => {
  expect(ids({ ...live, spill: spill({ storedAt: NOW - 29_000 }) })).toEqual([]);
});

test('a lost connection is told with the time since when', () => {
  const [condition] = conditionsOf(lost(live, NOW), NOW + 60_000);
  expect(condition).toMatchObject({ id: 'away', text: expect.stringContaining('since 10:30:00 UTC') });
});

test('data is old when spills stop while there was beam, and not when there was none', () => {
  const old = { storedAt: NOW - 31_000 };
  expect(ids({ ...live, spill: spill(old) })).toEqual(['old']);
  expect(ids({ ...live, spill: spill({ ...old, values: { 'E:TRTGTD': 0.1 } }) })).toEqual([]);
});

test('a newer page, an ended session and a store that is away each have their line', () => {
  expect(ids({ ...live, version: 'v0', expired: true, storeProblem: 'no answer' })).toEqual([
    'session',
    'store',
    'version',
  ]);
});

test('a session that ended where strangers may not look weighs most, and nobody is told of a connection being tried', () => {
  const ended = { ...lost(live, NOW), expired: true, mayLook: false };
  expect(conditionsOf(ended, NOW + 1)).toMatchObject([
    { id: 'session', level: 'major', text: expect.stringContaining('of 10:30:00 UTC') },
  ]);
});

test('times are told by the clock of the server: a screen that goes wrong is not believed', () => {
  const off = heard(live, { type: 'tick', now: NOW + 600_000 }, NOW);
  expect(off.offsetMs).toBe(600_000);
});

test('a message of a kind that the page does not know changes nothing', () => {
  expect(heard(live, { type: 'of-tomorrow' } as never, NOW)).toEqual(live);
});

test('out-of-spill triggers are no spills', () => {
  expect(heard(live, spill({ inOut: 'out' }), NOW).spill).toBeUndefined();
});

test('a wink of a second shows nothing, and what is shown does not wink', () => {
  const steady = new Steady();
  const away: Condition = { id: 'away', level: 'major', text: 'away' };
  const shown = (conditions: Condition[], at: number) => steady.settle(conditions, at).map(({ id }) => id);
  expect(shown([away], 0)).toEqual([]);
  expect(shown([], 500)).toEqual([]);
  expect(shown([], 2000)).toEqual([]);
  expect(shown([away], 3000)).toEqual([]);
  expect(shown([away], 4000)).toEqual(['away']);
  expect(shown([], 4500)).toEqual(['away']);
  expect(shown([away], 4800)).toEqual(['away']);
  expect(shown([], 5900)).toEqual([]);
});
