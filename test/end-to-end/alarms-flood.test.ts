import { expect, test } from 'vitest';
import { ALMA_FLOOD, alarmFlood } from '../../fixtures/alarm-flood.ts';
import { mostWithin } from '../actors/alarm-dispatcher/desk.ts';
import { floodOnTheWire, worstPart } from './alarms/flood.ts';
import { accountsOf } from './alarms/judge.ts';

test('a flood on the wire: the chat never gets more than its limit nor says so, and a program gets every transition once', {
  timeout: 180_000,
}, async () => {
  const part = worstPart(alarmFlood(ALMA_FLOOD, 7, 0), 6 * 60_000);
  const wire = await floodOnTheWire({
    flood: part,
    speed: 30,
    perMinute: { chat: 25, log: 3000 },
    complete: ['log'],
    patienceMs: 120_000,
  });
  expect(wire.changes).toHaveLength(part.length);
  expect(part.length).toBeGreaterThan(2_000);
  expect(wire.chat.map(({ status }) => status)).not.toContain(429);
  const chat = wire.chat.map(({ at }) => at);
  expect(chat.length).toBeGreaterThan(0);
  expect(mostWithin(chat, 60_000)).toBeLessThanOrEqual(25);
  expect(mostWithin(wire.log, 60_000)).toBeLessThanOrEqual(3000);
  expect(accountsOf(wire, 'log')).toEqual([]);
  expect(accountsOf(wire, 'chat').filter(wrong => !wrong.endsWith('is in 0 notices'))).toEqual([]);
});
