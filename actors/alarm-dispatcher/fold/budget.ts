import type { Milliseconds } from '../../../protocol/time.ts';
import { type ChannelWorld, sweepBy } from './world.ts';

/** Notices of one channel that may be on their way at once. More would grow old while the channel is slow or away. */
const WINDOW = 4;

/** Whether one more may be on its way: a lesser one only alone, so that an urgent one never waits behind several. */
export const hasRoom = ({ channel }: ChannelWorld, urgency: Urgency): boolean =>
  channel.unanswered.size < (channel.broken || urgency === 'lesser' ? 1 : WINDOW);

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

/** A notice of which nothing was heard for so long will never be: its lane tells far more often what it is at. */
export const LOST_MS = 15 * 60_000;

/** Writes down that a notice is on its way. */
export function expectAnswer(
  { channel, state, now }: ChannelWorld,
  number: number,
  incident: string,
  edits: boolean,
): void {
  channel.unanswered.set(String(number), { incident, edits, heardAt: now });
  sweepBy(state, now + LOST_MS);
}

/** How much a notice may be kept waiting: the less, the more of the limit it may use. */
export const URGENCY = {
  /** Something MAJOR or INVALID that people have not been told: everything. */
  page: 'page',
  /** More about such a thing: all but the tail. */
  news: 'news',
  /** Everything else: all but the reserve. */
  lesser: 'lesser',
} as const;
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

/** Places that a notice must leave for more urgent ones. */
export const keptFrom = (urgency: Urgency, { rules }: ChannelWorld): number =>
  urgency === 'page' ? 0 : urgency === 'news' ? rules.tail : rules.reserve;

/**
 * Shortest time between urgent pages: none while there are many places, and then so long that the last ones are spread
 * evenly over the time until the next one is free.
 */
export function urgentGapMs(world: ChannelWorld): Milliseconds {
  const { channel, rules, now } = world;
  const free = freeSlots(world);
  const [oldest] = channel.used;
  if (free > rules.tail || oldest === undefined) return 0;
  return (oldest + rules.windowMs - now) / (free + 1);
}
