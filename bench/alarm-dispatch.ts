/**
 * What the fold of the alarm dispatcher makes of a flood, in virtual time: how late it decides to tell of what is MAJOR, how
 * many messages a Discord channel of 25 a minute gets, and how long the fold itself takes. Then how long it takes over a
 * burst in one instant, and how large the state is that a snapshot holds.
 */
import { ALMA_FLOOD, alarmBurst, alarmFlood } from '../fixtures/alarm-flood.ts';
import { eventTimeToMs } from '../protocol/time.ts';
import { Desk, discord, mostWithin, START, slack, webhook } from '../test/actors/alarm-dispatcher/desk.ts';

const channels = { chat: discord(), programs: webhook(), mailing: slack({ perMinute: 10 }) };
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const quantile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);

for (const seed of [7, 8, 9]) {
  const flood = alarmFlood(ALMA_FLOOD, seed, START);
  const desk = new Desk({ channels });
  let foldMs = 0;
  for (const { atMs, change } of flood) {
    desk.pass(START + atMs - desk.now);
    const started = performance.now();
    desk.change(change);
    foldMs += performance.now() - started;
  }
  desk.pass(20 * 60_000);
  const decided = new Map<string, number>();
  for (const { channel, items, covered, at } of desk.notices) {
    if (channel !== 'chat') continue;
    for (const { alarm, transitions } of [...items, ...covered])
      for (const one of transitions) decided.set(`${alarm}:${one}`, eventTimeToMs(at));
  }
  const delays = flood
    .filter(({ change }) => change.severity === 'MAJOR')
    .map(
      ({ change }) =>
        (decided.get(`${change.alarm}:${change.transition}`) ?? Infinity) - eventTimeToMs(change.at),
    )
    .toSorted((a, b) => a - b);
  const chat = desk.notices.filter(({ channel }) => channel === 'chat');
  console.log(
    `seed ${seed}: ${flood.length} transitions taken in within ${seconds(foldMs)}; all MAJOR raises: ` +
      `p50 ${quantile(delays, 0.5)} ms, p99 ${quantile(delays, 0.99)} ms, worst ${quantile(delays, 1)} ms; ` +
      `chat: ${chat.length} messages, ${chat.filter(({ edits }) => !edits).length} new, ` +
      `at most ${mostWithin(desk.sent.get('chat') ?? [], 60_000)} a minute`,
  );
}

for (const alarms of [20_000, 60_000]) {
  const desk = new Desk({ channels });
  const burst = alarmBurst(100_000, alarms, START);
  const started = performance.now();
  for (const change of burst) desk.change(change);
  const elapsed = performance.now() - started;
  const bytes = JSON.stringify(desk.state).length;
  console.log(
    `burst of ${burst.length} transitions of ${alarms} alarms: ${seconds(elapsed)}, state ${(bytes / 1e6).toFixed(1)} MB`,
  );
}
