import type { StreamName } from '../../protocol/subjects.ts';
import type { FoldLane, Lane, WorkLane } from '../actor.ts';
import { nameOf, streamsOf } from './lane.ts';

/** Below this a busy event loop or a slow link would look like death. */
const SHORTEST_SILENCE_MS = 500;

/**
 * Finds lanes that cannot be run, or would disturb each other.
 * @throws TypeError naming the first: the actor's code is wrong, and nothing an operator does will help.
 */
export function checkLanes(lanes: readonly Lane[]): void {
  const kinds = new Set(lanes.map(({ kind }) => kind));
  // Every instance works, and only the one with the lease may run the others.
  if (kinds.has('work') && (kinds.has('fold') || kinds.has('batch')))
    throw new TypeError('an actor with work lanes may have no other lanes but watches');
  const readers = new Set<string>();
  const outputs = new Set<StreamName>();
  for (const lane of lanes) {
    if (lane.kind === 'watch') continue;
    for (const stream of streamsOf(lane)) {
      const key = [stream, nameOf(lane)].join('/');
      if (readers.has(key))
        throw new TypeError(`two lanes read ${stream}; only batch and work lanes with names may`);
      readers.add(key);
    }
    if (lane.kind === 'fold') checkFold(lane, outputs);
    if (lane.kind === 'work') checkWork(lane);
  }
}

function checkWork({ concurrency, attempts, vanishedAfterMs }: WorkLane): void {
  if (!(concurrency >= 1 && attempts >= 1)) throw new TypeError('a work lane needs a slot and an attempt');
  if (!(vanishedAfterMs >= SHORTEST_SILENCE_MS))
    throw new TypeError(`an instance must not vanish within ${SHORTEST_SILENCE_MS} ms`);
}

function checkFold(lane: FoldLane, outputs: Set<StreamName>): void {
  const { streams, output, types } = lane;
  if (streams.includes(output)) throw new TypeError(`a fold must not read ${output}, which it writes`);
  if (outputs.has(output)) throw new TypeError(`two folds write ${output}; a stream has one writer`);
  outputs.add(output);
  const untyped = streams.find(stream => !types.some(type => type.stream === stream));
  if (untyped) throw new TypeError(`a fold reads ${untyped}, and knows no type that is there`);
  if (lane.wakeAt && !streams.includes('TIMER')) throw new TypeError('a fold with wakeAt must read TIMER');
}
