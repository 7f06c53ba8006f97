import { expect, test } from 'vitest';
import { ChannelError } from '../../../../actors/alarm-dispatcher/channels/channel-error.ts';
import { Gate } from '../../../../actors/alarm-dispatcher/channels/gate.ts';

const never = new AbortController().signal;

/** A gate whose clock goes on by what is waited for, and by nothing else. */
function gate(perMinute: number, patienceMs = 10_000) {
  let now = 1000;
  const waits: number[] = [];
  const made = new Gate({
    perMinute,
    patienceMs,
    clock: () => now,
    wait: async ms => {
      waits.push(ms);
      now += ms;
    },
  });
  return { gate: made, waits, pass: (ms: number) => (now += ms), now: () => now };
}

test('an urgent page after a quiet minute never waits, and the limit holds all the same', async () => {
  const { gate: one, now } = gate(60);
  for (let message = 0; message < 60; message++) await one.enter(never);
  expect(now()).toBe(1000);
  await one.enter(never);
  expect(now()).toBe(61_000);
});

test('in no minute pass more than the limit, whatever was quiet before', async () => {
  const { gate: one, now, pass } = gate(25);
  const times: number[] = [];
  for (let message = 0; message < 200; message++) {
    if (message % 40 === 0) pass(30_000);
    await one.enter(never);
    times.push(now());
  }
  for (const time of times) {
    expect(times.filter(other => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(25);
  }
});

test('a limit below one a minute gives each message its time', async () => {
  const { gate: one, now } = gate(0.5);
  await one.enter(never);
  await one.enter(never);
  expect(now()).toBe(121_000);
});

test('a short pause of the other side is waited for, a long one is told', async () => {
  const { gate: one, waits, pass } = gate(600);
  one.close(new ChannelError('CHANNEL_LIMITED', 'asks to wait', { quietMs: 3000 }));
  await one.enter(never);
  expect(waits).toEqual([3000]);
  one.close(new ChannelError('CHANNEL_LIMITED', 'asks to wait', { quietMs: 30_000 }));
  await expect(one.enter(never)).rejects.toMatchObject({ code: 'CHANNEL_LIMITED' });
  pass(30_000);
  await one.enter(never);
  expect(waits).toEqual([3000]);
});

test('an address that refuses us is not asked again before its time', async () => {
  const { gate: one, pass } = gate(600);
  one.close(new ChannelError('CHANNEL_REFUSED', 'HTTP 404', { quietMs: 600_000 }));
  await expect(one.enter(never)).rejects.toMatchObject({ code: 'CHANNEL_REFUSED' });
  pass(600_000);
  await expect(one.enter(never)).resolves.toBeUndefined();
});

test('one message refused closes nothing', async () => {
  const { gate: one } = gate(600);
  one.close(new ChannelError('CHANNEL_REFUSED', 'HTTP 400'));
  await expect(one.enter(never)).resolves.toBeUndefined();
});
