import { expect, test } from 'vitest';
import { judge } from './alarms/judge.ts';
import { takeOver } from './alarms/standby.ts';

test('of two engines and two dispatchers those at work are killed, then hang: the others take over, nothing is lost or doubled', {
  timeout: 180_000,
}, async () => {
  const { takeOvers, ...evidence } = await takeOver({ seed: 5, everyMs: 100, tailMs: 1_000 });
  expect(judge(evidence)).toEqual([]);
  expect(takeOvers.map(({ actor, by }) => `${actor} ${by}`)).toEqual([
    'alarm-engine SIGKILL',
    'alarm-dispatcher SIGKILL',
    'alarm-engine SIGSTOP',
    'alarm-dispatcher SIGSTOP',
  ]);
});
