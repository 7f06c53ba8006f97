import type { WorkLane } from '../actor.ts';
import type { LaneHost, LaneProgress } from './lane.ts';

/** Runs a work lane until the signal aborts. */
export async function runWorkLane(_host: LaneHost, lane: WorkLane, _progress: LaneProgress): Promise<void> {
  throw new TypeError(`work on ${lane.stream} is not there yet`);
}
