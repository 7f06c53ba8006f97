import { expect, test } from 'vitest';
import { notice } from '../../protocol/messages/notice.ts';
import { accountsOf } from './alarms/judge.ts';
import { ofTheChannel, outage } from './alarms/outage.ts';

test('a webhook that answers 500, then hangs, then works gets everything, gathered and in order, and the other channel heard of it', {
  timeout: 180_000,
}, async () => {
  const { changes, notices, tries, taken } = await outage({
    failsMs: 3_000,
    hangsMs: 3_000,
    failingAfter: '2s',
  });
  expect(new Set(tries.map(({ mood }) => mood))).toEqual(new Set(['takes', 'fails', 'hangs']));
  expect(accountsOf({ changes, notices }, 'first')).toEqual([]);
  expect(accountsOf({ changes, notices }, 'second')).toEqual([]);

  const decided = notices.filter(({ channel }) => channel === 'first');
  expect(taken).toEqual(decided.map(one => notice.identity(one)));
  expect(decided.map(({ number }) => number)).toEqual(decided.map((_, index) => index + 1));
  // Four on their way when it failed, and then one of each area, and of what came while these were told.
  expect(changes.length).toBeGreaterThan(60);
  expect(decided.length).toBeLessThan(changes.length / 3);
  const last = new Map(decided.flatMap(({ items }) => items.map(item => [item.alarm, item.transition])));
  for (const { alarm, transition } of changes.slice(-12)) expect(last.get(alarm)).toBe(transition);

  const told = ofTheChannel(notices);
  expect(told[0]).toMatchObject({ firing: true, severity: 'MAJOR' });
  expect(told.at(-1)).toMatchObject({ firing: false });
});
