import { expect, test } from 'vitest';
import { compare } from '../../../../actors/alarm-engine/backtest/compare.ts';
import { Tally } from '../../../../actors/alarm-engine/backtest/tally.ts';
import { AlarmChange } from '../../../../protocol/messages/alarm-change.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';
import { samplesOf } from '../../recorder/samples.ts';

const [sample] = samplesOf(AlarmChange);
const change = (
  second: number,
  alarm: string,
  to: AlarmChange['to'],
  over: Partial<AlarmChange> = {},
): AlarmChange => ({
  ...AlarmChange.parse(sample?.body),
  alarm,
  title: alarm,
  at: eventTimeFromMs(second * 1000),
  to,
  severity: 'MINOR',
  mode: 'beam-on',
  ...over,
});

test('what was active before the range counts its time within it, and no raise', () => {
  const tally = new Tally(100_000);
  tally.see(change(50, 'a', 'unacknowledged'));
  tally.see(change(110, 'a', 'returned-unacknowledged'));
  expect(tally.end(200_000)).toMatchObject([
    { alarm: 'a', fired: 0, byMode: {}, activeMs: 10_000, longestMs: 10_000, active: false },
  ]);
});

test('raises are counted by mode, time over acknowledging, and the worst severity is told', () => {
  const tally = new Tally(0);
  tally.see(change(10, 'a', 'unacknowledged'));
  tally.see(change(12, 'a', 'acknowledged', { severity: 'MAJOR' }));
  tally.see(change(15, 'a', 'normal', { severity: 'NO_ALARM' }));
  tally.see(change(20, 'a', 'unacknowledged', { mode: 'maintenance' }));
  tally.see(change(30, 'b', 'suppressed'));
  expect(tally.end(40_000)).toEqual([
    {
      alarm: 'a',
      title: 'a',
      fired: 2,
      byMode: { 'beam-on': 1, maintenance: 1 },
      severity: 'MAJOR',
      activeMs: 25_000,
      longestMs: 20_000,
      first: 10_000,
      last: 20_000,
      active: true,
    },
  ]);
});

test('alarms of two rule sets are new, gone, or fire otherwise', () => {
  const run = (...fires: readonly (readonly [alarm: string, times: number])[]) => {
    const tally = new Tally(0);
    for (const [alarm, times] of fires)
      for (let n = 0; n < times; n++) {
        tally.see(change(10 * n, alarm, 'unacknowledged'));
        tally.see(change(10 * n + 1, alarm, 'returned-unacknowledged'));
      }
    return tally.end(1_000_000);
  };
  expect(
    compare(run(['same', 1], ['more', 3], ['new', 1]), run(['same', 1], ['more', 2], ['gone', 1])),
  ).toEqual({
    added: ['new'],
    vanished: ['gone'],
    changed: [{ alarm: 'more', before: 2, after: 3 }],
  });
});
