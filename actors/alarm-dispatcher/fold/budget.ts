import type { Milliseconds } from '../../../protocol/time.ts';
import type { ChannelWorld } from './world.ts';

/** Notices of one channel that may be on their way at once. More would grow old while the channel is slow or away. */
export const WINDOW = 4;

/**
 * Messages that may be sent now without there ever being more than the limit in any window, on the wire and not only here.
 * A notice uses its place from the moment it is decided until a full window after it was answered. Take the last
 * notice decided of those sent in some window: it was decided before it was sent, the others were answered after they were
 * sent, so at its decision each of them was counted.
 */
export function freeSlots({ channel, rules, now }: ChannelWorld): number {
  const { used } = channel;
  while (used[0] !== undefined && used[0] + rules.windowMs <= now) used.shift();
  return rules.limit - used.length - channel.unanswered.size;
}

/**
 * When more than `kept` places will be free; undefined when that needs an answer first.
 */
export function slotAt({ channel, rules, now }: ChannelWorld, kept: number): Milliseconds | undefined {
  const { used, unanswered } = channel;
  const tooMany = used.length - (rules.limit - unanswered.size - kept - 1);
  if (tooMany <= 0) return now;
  const leaves = used[tooMany - 1];
  return leaves === undefined ? undefined : leaves + rules.windowMs;
}

/** Places that only urgent messages may use. */
export const keptFrom = (urgent: boolean, { rules }: ChannelWorld): number => (urgent ? 0 : rules.reserve);

/** Shortest time between urgent messages once the tail of the limit is reached. */
export const urgentGapMs = ({ rules }: ChannelWorld): Milliseconds => rules.windowMs / (rules.tail + 1);
