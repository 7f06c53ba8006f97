import type { Hops } from '../../protocol/message.ts';
import type { DeviceReading, Readings } from '../../protocol/messages/readings.ts';
import { type EventTime, eventTimeFromMs } from '../../protocol/time.ts';
import type { BlockTimeRule } from './config.ts';

/** The block time by the rule; where the rule has nothing to go by, the trigger time, and the reason says so. */
export function blockTime(
  rule: BlockTimeRule,
  readings: Readings,
  hops: Hops,
): { readonly time: EventTime; readonly reason: string } {
  const byRule = timeByRule(rule, readings, hops);
  const name = typeof rule === 'string' ? rule : `device ${rule.device}`;
  if (byRule) return { time: byRule, reason: `block time by ${name}` };
  return { time: readings.time, reason: `block time by trigger, for there is no ${name} time` };
}

function timeByRule(rule: BlockTimeRule, readings: Readings, hops: Hops): EventTime | undefined {
  if (rule === 'trigger') return readings.time;
  if (rule === 'arrival') {
    const received = hops.find(([hop]) => hop === 'received');
    return received && eventTimeFromMs(received[1]);
  }
  if (rule === 'earliest-device') return readings.devices.map(timeOf).toSorted(chronologically)[0];
  const device = readings.devices.find(({ name }) => name === rule.device);
  return device && timeOf(device);
}

const timeOf = (device: DeviceReading): EventTime => ({
  seconds: device.seconds,
  nanoseconds: device.milliseconds * 1_000_000,
});

export const chronologically = (a: EventTime, b: EventTime): number =>
  a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
