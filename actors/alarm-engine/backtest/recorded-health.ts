import { ActorState, type Health, health } from '../../../protocol/messages/health.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { past } from './play.ts';
import { pieces, type Range, rangeParameters } from './range.ts';

interface HealthRow extends Pick<Health, 'actor' | 'instance' | 'pid' | 'host' | 'version' | 'state'> {
  readonly ms: number;
  readonly startedMs: number;
  readonly lastError: string;
  readonly lanes: Readonly<Record<string, Omit<Health['lanes'][number], 'stream'>>>;
  readonly counters: Health['counters'];
  readonly latencies: Health['latencies'];
}

const HOUR_MS = 3_600_000;

const HEARTBEATS = `SELECT toUnixTimestamp64Milli(ts) AS ms, actor, instance, pid, host, version, state,
  toUnixTimestamp64Milli(started_at) AS startedMs, last_error AS lastError, lanes, counters, latencies
FROM health
WHERE actor IN {actors:Array(String)}
  AND ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts < fromUnixTimestamp64Milli({to:Int64})
ORDER BY ts, sequence`;

/** Heartbeats of these actors, at the times that they tell. */
export async function* recordedHealth(
  store: Store,
  range: Range,
  actors: readonly string[],
): AsyncGenerator<Delivered<Health>> {
  if (actors.length === 0) return;
  for (const piece of pieces(range, HOUR_MS)) {
    const parameters = { ...rangeParameters(piece), actors };
    for (const row of await rowsOf<HealthRow>(store, HEARTBEATS, 'read the heartbeats', parameters))
      yield past(health.type, heartbeatOf(row), row.ms);
  }
}

/** The store holds figures and counters together, under their names. */
const heartbeatOf = ({ ms, startedMs, lastError, lanes, counters, ...row }: HealthRow): Health => ({
  ...row,
  state: Object.values(ActorState).find(state => state === row.state) ?? ActorState.running,
  at: eventTimeFromMs(ms),
  startedAt: eventTimeFromMs(startedMs),
  lanes: Object.entries(lanes).map(([stream, lane]) => ({ stream, ...lane })),
  counters,
  figures: counters,
  ...(lastError === '' ? {} : { lastError }),
});
