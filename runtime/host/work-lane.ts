import type { WorkLane } from '../actor.ts';
import type { LaneHost, LaneProgress } from './lane.ts';
import { keyOf } from './work-delivery.ts';
import { type Workshop, workOn } from './work-item.ts';
import { WorkQueue } from './work-queue.ts';
import { WorkRoom } from './work-room.ts';

/**
 * Works on what a work lane is given until the signal aborts, beside all other instances of the actor.
 *
 * JetStream keeps the place: each message is one instance's until that says what became of it, or says nothing for
 * `vanishedAfterMs`. That a message done twice has its effect once is ensured by the outputs, which are of `unique` types.
 */
export async function runWorkLane(host: LaneHost, lane: WorkLane, progress: LaneProgress): Promise<void> {
  const queue = new WorkQueue(host, lane, progress);
  const inHand = new Set<string>();
  const shop: Workshop = { host, lane, progress, room: new WorkRoom(), settled: new Map() };
  const slot = async (): Promise<void> => {
    while (!host.signal.aborted) {
      const given = await queue.take();
      if (!given) return;
      const key = keyOf(given);
      // After an outage the server may think that we have vanished, and give us what we have.
      if (inHand.has(key)) continue;
      inHand.add(key);
      await workOn(shop, given);
      inHand.delete(key);
    }
  };
  await Promise.all(Array.from({ length: lane.concurrency }, slot));
  await queue.leave().catch(() => undefined);
}
