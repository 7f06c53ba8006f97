import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../../../../runtime/store/connection.ts';
import { alarmFloods, floodShare } from '../../../../runtime/store/kpis/alarm-floods.ts';
import { priorities, setAside, timeInAlarm, topTen } from '../../../../runtime/store/kpis/alarm-load.ts';
import { alarmRate, alarmsPerPeriod } from '../../../../runtime/store/kpis/alarm-rate.ts';
import { kpis } from '../../../../runtime/store/kpis/kpis.ts';
import {
  chatteringAlarms,
  fleetingAlarms,
  staleAlarms,
} from '../../../../runtime/store/kpis/nuisance-alarms.ts';
import { peak10Minutes } from '../../../../runtime/store/kpis/peak-10-minutes.ts';
import { noticeRate, timeToAcknowledge, timeToNotice } from '../../../../runtime/store/kpis/response.ts';
import { clickHouse, type TestStore } from '../../../helpers/store.ts';
import { History, range, shown } from './history.ts';

const HOUR = 3600;
let server: TestStore;
beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

test('what counts as an alarm is what is put before the operator, once each time', async () => {
  await using history = await History.in(server, 'raised');
  await history.changes(
    history.row(0, 'a', 'unacknowledged'), // 1
    history.row(1, 'a', 'acknowledged', { cause: 'command' }),
    history.row(2, 'a', 'unacknowledged', { cause: 'command' }), // an acknowledgement taken back
    history.row(3, 'a', 'acknowledged', { cause: 'command' }),
    history.row(4, 'a', 'unacknowledged', { severity: 'MAJOR' }), // 2: worse than what was acknowledged
    history.row(5, 'a', 'shelved', { cause: 'command' }),
    history.row(6, 'a', 'unacknowledged', { cause: 'time' }), // 3: shelving is over and it is still there
    history.row(7, 'a', 'returned-unacknowledged'),
    history.row(8, 'a', 'unacknowledged'), // 4
    history.row(9, 'b', 'suppressed'),
    history.row(10, 'b', 'normal'),
    history.row(700, 'b', 'unacknowledged'), // 5
    history.row(HOUR, 'b', 'normal'), // outside
  );
  expect(await history.of(alarmRate, range(0, HOUR))).toEqual([
    { alarms: 5, per_day: 120, per_hour: 5, per_10min: 5 / 6, hours_over_30: 0, periods_over_10: 0 },
  ]);
  expect(await rowsOf(history.store, alarmsPerPeriod(range(0, HOUR), 600), 'test')).toEqual([
    { period: '2026-11-18 12:00:00', alarms: 4 },
    { period: '2026-11-18 12:10:00', alarms: 1 },
  ]);
  expect((await history.of(alarmRate, range(0, HOUR, "alarm = 'b'")))[0]).toMatchObject({ alarms: 1 });
});

test('busy hours and periods are shares of all that the range has, quiet ones too', async () => {
  await using history = await History.in(server, 'busy');
  await history.changes(
    ...Array.from({ length: 31 }, (_, n) => history.pulse(n, `a/${n}`)).flat(),
    ...Array.from({ length: 10 }, (_, n) => history.pulse(2 * HOUR + n, `b/${n}`)).flat(),
  );
  expect((await history.of(alarmRate, range(0, 4 * HOUR)))[0]).toMatchObject({
    alarms: 41,
    hours_over_30: 1 / 4,
    periods_over_10: 1 / 24,
  });
});

test('the peak of ten minutes is found wherever they begin', async () => {
  await using history = await History.in(server, 'peak');
  // Seven before and seven after a full ten minutes of the clock: 590 s apart from first to last.
  await history.changes(
    ...[10, 100, 200, 300, 400, 500, 590, 601, 602, 603, 604, 605, 606, 609.5].flatMap((at, n) =>
      history.pulse(at, `a/${n}`, 0.1),
    ),
  );
  expect(await history.of(peak10Minutes, range(0, HOUR))).toEqual([{ peak: 14, at: shown(609.5) }]);
  expect(await history.of(peak10Minutes, range(0, 600))).toEqual([{ peak: 7, at: shown(590) }]);
});

test('a flood lasts from the eleventh alarm within ten minutes until fewer than five are left', async () => {
  await using history = await History.in(server, 'floods');
  // One a minute from 0 to 20 min: 11 within ten minutes never happen, since the first leaves as the eleventh comes.
  await history.changes(...Array.from({ length: 21 }, (_, n) => history.pulse(60 * n, `calm/${n}`)).flat());
  expect(await history.of(alarmFloods, range(0, 2 * HOUR))).toEqual([]);
  // Twelve, one a second from 3600 on; then 3 a second apart from 4000 on, which keep it from ending at 4200.
  await history.changes(
    ...Array.from({ length: 12 }, (_, n) => history.pulse(3600 + n, `flood/${n}`)).flat(),
    ...Array.from({ length: 3 }, (_, n) => history.pulse(4000 + n, `tail/${n}`)).flat(),
  );
  // Begins with the 11th, at 3610. Left within ten minutes: 15 at 4002, 5 at 4209 (2 of the twelve and 3), 4 at 4210.
  expect(await history.of(alarmFloods, range(0, 2 * HOUR))).toEqual([
    { began: shown(3610), ended: shown(4210), minutes: 10, alarms: 5, peak: 15 },
  ]);
  expect(await history.of(floodShare, range(0, 2 * HOUR))).toEqual([{ floods: 1, share: 600 / 7200 }]);
  // A range that begins within the flood knows of what was before.
  expect(await history.of(alarmFloods, range(3900, 4100))).toEqual([
    { began: shown(3900), ended: shown(4100), minutes: 200 / 60, alarms: 3, peak: 15 },
  ]);
  expect(await history.of(floodShare, range(4210, 5000))).toEqual([{ floods: 0, share: 0 }]);
});

test('chattering is three within a minute, however many there are in an hour', async () => {
  await using history = await History.in(server, 'chatter');
  await history.changes(
    ...[0, 20, 59, 300].flatMap(at => history.pulse(at, 'chatters')),
    ...[0, 30, 60, 90].flatMap(at => history.pulse(at, 'just-not')),
  );
  expect(await history.of(chatteringAlarms, range(0, HOUR))).toEqual([
    { alarm: 'chatters', most_per_minute: 3, raises: 4, chattered: 1, last: shown(59) },
  ]);
});

test('fleeting is over before anybody could look; what still stands is not', async () => {
  await using history = await History.in(server, 'fleeting');
  await history.changes(
    ...history.pulse(0, 'short', 2),
    ...history.pulse(100, 'short', 9.5),
    ...history.pulse(200, 'short', 10),
    ...history.pulse(0, 'long', 60),
    history.row(HOUR - 1, 'open', 'unacknowledged'),
  );
  expect(await history.of(fleetingAlarms, range(0, HOUR))).toEqual([
    { alarm: 'short', fleeting: 2, episodes: 3, shortest_s: 2 },
  ]);
});

test('stale is a day of activity, acknowledged or not, also when it began before the range', async () => {
  await using history = await History.in(server, 'stale');
  await history.changes(
    history.row(-30 * HOUR, 'old', 'unacknowledged'),
    history.row(-29 * HOUR, 'old', 'acknowledged', { cause: 'command' }),
    history.row(-30 * HOUR, 'over', 'unacknowledged'),
    history.row(HOUR, 'over', 'normal'),
    history.row(-10 * HOUR, 'young', 'unacknowledged'),
    history.row(-40 * HOUR, 'shelved', 'unacknowledged'),
    history.row(-39 * HOUR, 'shelved', 'shelved', { cause: 'command' }),
  );
  expect(await history.of(staleAlarms, range(0, 2 * HOUR))).toEqual([
    { alarm: 'old', since: shown(-30 * HOUR), hours: 32, still: true },
    { alarm: 'over', since: shown(-30 * HOUR), hours: 31, still: false },
  ]);
});

test('the top ten are shares of all alarms, and add up', async () => {
  await using history = await History.in(server, 'top');
  await history.changes(
    ...Array.from({ length: 8 }, (_, n) => history.pulse(10 * n, 'often')).flat(),
    ...Array.from({ length: 12 }, (_, n) => history.pulse(n, `once/${String(n).padStart(2, '0')}`)).flat(),
  );
  const rows = await history.of(topTen, range(0, HOUR));
  expect(rows).toHaveLength(10);
  expect(rows[0]).toEqual({ alarm: 'often', raises: 8, share: 0.4, together: 0.4 });
  expect(rows[9]).toEqual({ alarm: 'once/08', raises: 1, share: 0.05, together: 0.85 });
});

test('severities are counted as they were when the alarm was raised', async () => {
  await using history = await History.in(server, 'severities');
  await history.changes(
    ...Array.from({ length: 6 }, (_, n) => history.pulse(n, `minor/${n}`)).flat(),
    ...Array.from({ length: 3 }, (_, n) => history.pulse(n, `major/${n}`, 1, { severity: 'MAJOR' })).flat(),
    ...history.pulse(5, 'invalid', 1, { severity: 'INVALID' }),
  );
  expect(await history.of(priorities, range(0, HOUR))).toEqual([
    { severity: 'MINOR', raises: 6, share: 0.6, target: 0.8 },
    { severity: 'MAJOR', raises: 3, share: 0.3, target: 0.15 },
    { severity: 'INVALID', raises: 1, share: 0.1, target: 0.05 },
  ]);
});

test('the time to acknowledge is counted from raising, also when the alarm was over by then', async () => {
  await using history = await History.in(server, 'acknowledge');
  const acknowledge = (at: number, alarm: string, state: string, peak: string) =>
    history.row(at, alarm, state, { cause: 'command', peak });
  const waits = [10, 20, 30, 40, 100];
  await history.changes(
    ...waits.flatMap((seconds, n) => [
      history.row(0, `a/${n}`, 'unacknowledged'),
      acknowledge(seconds, `a/${n}`, 'acknowledged', 'MINOR'),
    ]),
    ...history.pulse(0, 'returned', 5),
    acknowledge(7, 'returned', 'normal', 'MAJOR'),
    // Shelving is no acknowledgement.
    history.row(0, 'shelved', 'unacknowledged'),
    history.row(1, 'shelved', 'shelved', { cause: 'command' }),
  );
  // Of 10, 20, 30, 40, 100: the 90 % point lies 0.6 of the way from the 4th to the 5th.
  expect(await history.of(timeToAcknowledge, range(0, HOUR))).toEqual([
    { severity: 'MAJOR', acknowledged: 1, p50_s: 7, p90_s: 7, longest_s: 7 },
    { severity: 'MINOR', acknowledged: 5, p50_s: 30, p90_s: expect.closeTo(76, 6), longest_s: 100 },
    { severity: '', acknowledged: 6, p50_s: 25, p90_s: 70, longest_s: 100 },
  ]);
});

test('time in alarm goes over acknowledging, and is cut at the ends of the range', async () => {
  await using history = await History.in(server, 'time');
  await history.changes(
    history.row(-100, 'a', 'unacknowledged'),
    history.row(50, 'a', 'acknowledged', { cause: 'command' }),
    history.row(60, 'a', 'normal'),
    ...history.pulse(1000, 'a', 30),
    history.row(3500, 'b', 'unacknowledged'),
  );
  expect(await history.of(timeInAlarm, range(0, HOUR))).toEqual([
    { alarm: 'b', episodes: 1, active_s: 100, longest_s: 100, share: 100 / 3600 },
    { alarm: 'a', episodes: 2, active_s: 90, longest_s: 60, share: 90 / 3600 },
  ]);
});

test('what was put aside is a share of the time of all alarms that the rules define', async () => {
  await using history = await History.in(server, 'aside');
  await history.insert('alarm_rules', [
    { ts: shown(-100), version: 1, alarms: 50 },
    { ts: shown(-50), version: 2, alarms: 10 },
  ]);
  await history.changes(
    history.row(-HOUR, 'a', 'shelved'),
    history.row(HOUR, 'a', 'normal'),
    history.row(HOUR, 'b', 'shelved'),
    history.row(0, 'c', 'out-of-service'),
  );
  expect(await history.of(setAside, range(0, 2 * HOUR))).toEqual([
    { state: 'out-of-service', alarms: 1, now: 1, hours: 2, share: 0.1 },
    { state: 'shelved', alarms: 2, now: 1, hours: 2, share: 0.1 },
  ]);
});

test('notices are counted by channel, edits of a message apart', async () => {
  await using history = await History.in(server, 'notices');
  const notice = (channel: string, at: number, edits = '') => ({
    channel,
    ts: shown(at),
    edits,
    accounts_for: [
      { alarm: 'a', transition: 1, shown: true },
      { alarm: 'b', transition: 2, shown: false },
    ],
  });
  await history.insert('notices', [
    notice('discord', 0),
    notice('discord', 30, 'm1'),
    notice('discord', 59),
    notice('discord', 200),
    notice('mail', 0),
  ]);
  expect(await history.of(noticeRate, range(0, HOUR))).toEqual([
    { channel: 'discord', notices: 3, edits: 1, alarms_told: 8, most_per_minute: 2 },
    { channel: 'mail', notices: 1, edits: 0, alarms_told: 2, most_per_minute: 1 },
  ]);
});

test('the way from the device to the channel is the first message that was taken', async () => {
  await using history = await History.in(server, 'latency');
  await history.changes(
    history.row(1, 'a', 'unacknowledged', { event_ts: shown(0.8), stored_at: shown(1.005, 3) }),
    history.row(2, 'b', 'unacknowledged', { cause: 'time' }),
  );
  const notice = (number: number, at: number) => ({
    channel: 'discord',
    number,
    ts: shown(at),
    stored_at: shown(at, 3),
    accounts_for: [
      { alarm: 'a', transition: 1, shown: true },
      { alarm: 'b', transition: 1, shown: true },
    ],
  });
  const outcome = (number: number, at: number, result: string) => ({
    channel: 'discord',
    number,
    ts: shown(at),
    result,
  });
  await history.insert('notices', [notice(1, 1.01), notice(2, 60)]);
  await history.insert('notice_outcomes', [
    outcome(1, 1.1, 'failing'),
    outcome(1, 1.3, 'sent'),
    outcome(2, 60.2, 'sent'),
  ]);
  const [row] = await history.of(timeToNotice, range(0, HOUR));
  expect(row).toEqual({
    channel: 'discord',
    alarms: 1,
    p50_ms: 500,
    p90_ms: 500,
    p99_ms: 500,
    intake_p50_ms: 200,
    decide_p50_ms: 5,
    notice_p50_ms: 5,
    send_p50_ms: 290,
  });
});

test('nothing at all is an answer too, with the columns as they are documented', async () => {
  await using history = await History.in(server, 'empty');
  for (const kpi of kpis) {
    const result = await history.store.client.query({ query: kpi.sql(range(0, HOUR)), format: 'JSON' });
    const { meta } = await result.json();
    expect(meta?.map(({ name }) => name)).toEqual(Object.keys(kpi.columns));
  }
});
