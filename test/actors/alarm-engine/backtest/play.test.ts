import { expect, test } from 'vitest';
import { mergeByTime } from '../../../../actors/alarm-engine/backtest/merge.ts';
import { Player, past, type Said } from '../../../../actors/alarm-engine/backtest/play.ts';
import type { EngineMessage } from '../../../../actors/alarm-engine/engine/engine.ts';
import type { AlarmChange } from '../../../../protocol/messages/alarm-change.ts';
import { alarmRules } from '../../../../protocol/messages/alarm-rules.ts';
import { readings } from '../../../../protocol/messages/readings.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';
import type { Delivered } from '../../../../runtime/actor.ts';
import { readingsOf } from '../engine.ts';

const T0 = 1_795_000_000_000;
const RULES = `
alarms:
  a/high: { title: High, value: "E:A", limits: { hihi: 5 }, onDelay: 7s, stale: never }
  a/quiet: { title: Quiet, absent: { trigger: A9, for: 60s } }
`;

const files = [{ path: 'alarms/test.yaml', text: RULES }];
const reading = (second: number, value: number): Delivered<EngineMessage> =>
  past(readings.type, readingsOf({ 'E:A': value }, T0 + second * 1000), T0 + second * 1000);
const transitions = (said: readonly Said[]): string[] =>
  said.flatMap(({ at, output }) => {
    if (output.type.type !== 'alarm-change/1') return [];
    const { alarm, to } = output.body as AlarmChange;
    return [`${(at - T0) / 1000} ${alarm} ${to}`];
  });

test('between two messages time passes as it would have: delays and absences end when they end', () => {
  const player = new Player();
  const said = player.take(past(alarmRules.type, { files, by: '', at: eventTimeFromMs(T0) }, T0));
  said.push(
    ...player.take(reading(1, 9)),
    ...player.take(reading(100, 9)),
    ...player.passUntil(T0 + 101_000),
  );
  const [high, quiet, ...rest] = transitions(said);
  expect(high).toBe('8 a/high unacknowledged');
  // What depends on time alone is looked at about once a second.
  expect(quiet).toMatch(/^6[12](\.\d+)? a\/quiet unacknowledged$/);
  expect(rest).toEqual(['100 a/quiet returned-unacknowledged']);
});

test('a message that was stored earlier than the one before cannot turn time back', () => {
  const player = new Player();
  player.take(past(alarmRules.type, { files, by: '', at: eventTimeFromMs(T0) }, T0));
  player.take(reading(50, 1));
  expect(player.take(reading(10, 9)).map(({ at }) => at)).toEqual([]);
  expect(transitions(player.passUntil(T0 + 58_000))).toEqual(['57 a/high unacknowledged']);
});

test('several streams become one by time, and the earlier of two streams goes first at one time', async () => {
  const source = async function* (name: string, ...times: number[]) {
    for (const at of times) yield past(name, undefined, at);
  };
  const merged = await Array.fromAsync(
    mergeByTime([source('a', 1, 5, 5), source('b', 2, 5, 9), source('c'), source('d', 0)]),
  );
  expect(merged.map(({ type, storedAt }) => `${type}${storedAt}`)).toEqual([
    'd0',
    'a1',
    'b2',
    'a5',
    'a5',
    'b5',
    'b9',
  ]);
});

test('whoever stops listening closes every stream', async () => {
  const closed: string[] = [];
  const source = async function* (name: string) {
    try {
      for (let at = 0; ; at++) yield past(name, undefined, at);
    } finally {
      closed.push(name);
    }
  };
  for await (const { storedAt } of mergeByTime([source('a'), source('b')])) if (storedAt === 3) break;
  expect(closed.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['a', 'b']);
});
