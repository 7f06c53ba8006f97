import { expect, test } from 'vitest';
import { judge } from './alarms/judge.ts';
import { survive } from './alarms/survival.ts';

test('engine, dispatcher and nats-server killed again and again: every page once, every state as if nothing had happened', {
  timeout: 180_000,
}, async () => {
  const survival = await survive({ seed: 4, steps: 780, everyMs: 20, kills: 4, natsRestarts: 1 });
  expect(judge(survival)).toEqual([]);
  expect(survival.changes.length).toBeGreaterThan(10_000);

  // A judge that finds nothing wrong with anything would be of no use.
  const { told, notices, received, messages, interruptions } = survival;
  expect(judge({ ...survival, told: told.slice(1) })).not.toEqual([]);
  expect(judge({ ...survival, notices: [...notices, ...notices.slice(-1)] })).not.toEqual([]);
  expect(judge({ ...survival, received: received.slice(1) })).not.toEqual([]);
  const storm = Array.from({ length: interruptions + 1 }, () => received[0]).flatMap(one => one ?? []);
  expect(judge({ ...survival, received: [...received, ...storm] })).not.toEqual([]);
  expect(judge({ ...survival, messages: [...messages, '1'] })).not.toEqual([]);
});
