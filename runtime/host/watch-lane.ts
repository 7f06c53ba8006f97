import { SpillwayError } from '../../protocol/errors.ts';
import type { WatchLane } from '../actor.ts';
import type { LaneHost, LaneProgress } from './lane.ts';

export async function runWatchLane(_host: LaneHost, lane: WatchLane, _progress: LaneProgress): Promise<void> {
  throw new SpillwayError('NATS_AWAY', `nothing of ${lane.stream} can be watched yet`);
}
