import type { JsMsg } from '@nats-io/jetstream';
import type { Milliseconds } from '../../protocol/time.ts';
import { storedAt } from './envelope.ts';

/** One stream's part of a merge. */
export interface Queue {
  /** When its waiting messages were stored, in stream order. */
  readonly times: readonly Milliseconds[];
  /** Whatever it may still bring beyond them was stored at this time or later. */
  readonly knownTo: Milliseconds;
}

/**
 * The order in which messages of several streams may be taken: always the oldest of the first ones, of equally old ones
 * that of the stream of lower rank; and none while a stream without a waiting message may still bring an older
 * one. So the order depends on what is in the streams alone, never on what arrived first.
 *
 * @returns the rank (index in `queues`) of each message to take, at most `max` of them
 */
export function mergeable(queues: readonly Queue[], max: number): number[] {
  const order: number[] = [];
  const taken = queues.map(() => 0);
  while (order.length < max) {
    let oldest = -1;
    let oldestAt = Number.POSITIVE_INFINITY;
    let knownTo = Number.POSITIVE_INFINITY;
    for (const [rank, queue] of queues.entries()) {
      const time = queue.times[taken[rank] ?? 0];
      if (time === undefined) knownTo = Math.min(knownTo, queue.knownTo);
      else if (oldest < 0 || time < oldestAt) [oldest, oldestAt] = [rank, time];
    }
    if (oldest < 0 || oldestAt >= knownTo) break;
    order.push(oldest);
    taken[oldest] = (taken[oldest] ?? 0) + 1;
  }
  return order;
}

/** A message with the rank of its stream. */
export interface Taken {
  readonly rank: number;
  readonly raw: JsMsg;
}

/** Whether the order of the merge puts one message before another; messages of one stream are in order as they are. */
export function isOlder(one: Taken, other: Taken): boolean {
  if (one.rank === other.rank) return false;
  const [first, second] = [storedAt(one.raw), storedAt(other.raw)];
  return first < second || (first === second && one.rank < other.rank);
}

/** Cuts a list wherever an item is older than the one before it. */
export function ascendingRuns<T>(items: readonly T[], isOlder: (one: T, other: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before !== undefined && !isOlder(item, before)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}
