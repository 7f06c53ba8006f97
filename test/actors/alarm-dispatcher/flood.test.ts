import { expect, test } from 'vitest';
import { ALMA_FLOOD, alarmBurst, alarmFlood } from '../../../fixtures/alarm-flood.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import { accountsOf, Desk, discord, mostWithin, START, slack, webhook } from './desk.ts';

const channels = { chat: discord(), programs: webhook(), mailing: slack({ perMinute: 10 }) };
const limits = { chat: 25, programs: 120, mailing: 10 };

/** The transitions that each channel must account for: an alarm's, from its first raise on. */
const expectAllAccounted = (desk: Desk, changes: readonly AlarmChange[], names: readonly string[]) => {
  const accounts = accountsOf(desk.notices);
  const told = new Map<string, number>();
  for (const { alarm, transition } of changes) {
    for (const name of names) {
      const times = accounts.get(`${name} ${alarm}`)?.get(transition) ?? 0;
      told.set(`${name}: ${times}`, (told.get(`${name}: ${times}`) ?? 0) + 1);
    }
  }
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(names.map(name => [`${name}: 1`, changes.length])),
  );
};

test('the flood of ALMA: no channel over its limit, no MAJOR late, every transition told once to each', {
  timeout: 120_000,
}, () => {
  const flood = alarmFlood(ALMA_FLOOD, 7, START);
  expect(flood).toHaveLength(31_510);
  expect(flood.filter(({ change }) => change.from === 'normal')).toHaveLength(16_103);
  const desk = new Desk({ channels });
  for (const { atMs, change } of flood) {
    desk.pass(START + atMs - desk.now);
    desk.change(change);
  }
  desk.pass(20 * 60_000);

  for (const [name, limit] of Object.entries(limits)) {
    expect(mostWithin(desk.sent.get(name) ?? [], 60_000)).toBeLessThanOrEqual(limit);
  }
  expectAllAccounted(
    desk,
    flood.map(({ change }) => change),
    Object.keys(limits),
  );

  const delays = delaysOfMajor(
    desk,
    flood.map(({ change }) => change),
    'chat',
  );
  const all = delays.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const news = delays
    .filter(({ isNews }) => isNews)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  expect(news.length).toBeGreaterThan(300);
  expect(at(news, 0.99)).toBeLessThan(2_000);
  expect(at(all, 0.99)).toBeLessThan(15_000);
});

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);

/**
 * From when a MAJOR raise was stored until the notice that tells it was decided. News is what was not told, or has been away for
 * as long as an incident takes to be over; the rest comes and goes.
 */
function delaysOfMajor(desk: Desk, changes: readonly AlarmChange[], channel: string) {
  const decided = new Map<string, number>();
  for (const one of desk.notices) {
    if (one.channel !== channel) continue;
    for (const { alarm, transitions } of [...one.items, ...one.covered]) {
      for (const transition of transitions) decided.set(`${alarm}:${transition}`, eventTimeToMs(one.at));
    }
  }
  const clearedAt = new Map<string, number>();
  const delays: { readonly ms: number; readonly isNews: boolean }[] = [];
  for (const { alarm, transition, at, severity } of changes) {
    const ms = eventTimeToMs(at);
    if (severity === 'NO_ALARM') clearedAt.set(alarm, ms);
    if (severity !== 'MAJOR') continue;
    const isNews = ms - (clearedAt.get(alarm) ?? 0) >= 5 * 60_000;
    delays.push({ ms: (decided.get(`${alarm}:${transition}`) ?? Infinity) - ms, isNews });
  }
  return delays;
}

test('a hundred thousand transitions at once stay bounded, and each is told once', {
  timeout: 120_000,
}, () => {
  const desk = new Desk({ channels });
  const burst = alarmBurst(100_000, 20_000, START);
  let decidedAtOnce = 0;
  for (const change of burst) decidedAtOnce += desk.change(change).length;
  // What a snapshot costs: some hundred bytes for each alarm and channel, and nothing for each transition.
  expect(JSON.stringify(desk.state).length).toBeLessThan(20_000 * 700);
  expect(decidedAtOnce).toBeLessThanOrEqual(3 * 4);
  desk.pass(3 * 3_600_000);
  for (const [name, limit] of Object.entries(limits)) {
    expect(mostWithin(desk.sent.get(name) ?? [], 60_000)).toBeLessThanOrEqual(limit);
  }
  expectAllAccounted(desk, burst, Object.keys(limits));
  const largest = Math.max(...desk.notices.map(one => JSON.stringify(one).length));
  expect(largest).toBeLessThan(1_000_000);
});
