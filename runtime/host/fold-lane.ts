import type { FoldLane, StreamId } from '../actor.ts';
import { CrashGuard } from './crash-guard.ts';
import { positionsAt } from './envelope.ts';
import { Folding } from './folding.ts';
import { type LaneHost, type LaneProgress, recordLostHistory } from './lane.ts';
import { ascendingRuns, isOlder, type Taken } from './merge.ts';
import { MergedReader } from './merged-reader.ts';
import { ServerTime } from './server-time.ts';
import { Snapshots } from './snapshots.ts';
import { laneKey } from './state.ts';
import { streamNow } from './streams.ts';
import { Waker } from './waker.ts';
import { lastWritten } from './written.ts';

const BATCH = 64;

/**
 * Runs a fold from where it stopped until the signal aborts.
 *
 * Exactly once, without trusting any time window: the output stream is the record of what has happened. Its last
 * message names the input and output index it came from, and how far the fold was in each of its streams. State is
 * recovered by snapshot and replay; what had been taken when that message was made is taken first, in the same order, and
 * its outputs are not published again; every publish states the sequence it must follow, so a second instance fails
 * instead of doubling. A failed or unclear publish ends this call, and the next one finds out.
 *
 * @throws SpillwayError when the lane must start again: NATS_AWAY, PUBLISH_FAILED, WRITER_CONFLICT.
 */
export async function runFoldLane(
  host: LaneHost,
  lane: FoldLane,
  progress: readonly LaneProgress[],
): Promise<void> {
  const { nats, signal } = host;
  const serverTime = new ServerTime(host.clock);
  const [first] = lane.streams;
  const key = laneKey(host.actor, first, undefined, 'snapshot');
  const snapshots = new Snapshots(nats, key, lane.state, host.random);
  const snapshot = await snapshots.read();
  const written = await lastWritten(host, lane.output);
  const takenBefore = positionsAt(written.cause);
  const inputs = await Promise.all(
    lane.streams.map(async stream => {
      const now = await streamNow(nats, stream);
      serverTime.heard(now.serverTime);
      return { stream, now, after: snapshot?.positions[now.id] ?? 0, takenBefore: takenBefore[now.id] ?? 0 };
    }),
  );
  const ids = inputs.map(({ now }) => now.id);
  const folding = new Folding(host, lane, ids, progress, snapshot, written);
  for (const [rank, { now, after }] of inputs.entries()) {
    const own = progress[rank] as LaneProgress;
    own.position = after;
    await recordLostHistory(host, now, after);
  }
  const guard = await CrashGuard.open(host, progress[0] as LaneProgress, folding.reached);
  let saved = folding.reached;
  /** The last message handled since the last snapshot. */
  let newest: Taken | undefined;
  const save = async () => {
    if (!snapshots.isNew(folding.snapshot)) return;
    await snapshots.save(folding.snapshot);
    saved = folding.reached;
    newest = undefined;
  };

  await using reader = await MergedReader.open(nats, inputs, host.actor, serverTime);
  for (const [rank, own] of progress.entries()) own.lag = () => reader.lag(rank);
  using waker = new Waker(host, serverTime);
  const timer = ids.find(id => id.startsWith('TIMER@'));
  const askForWake = () => {
    if (timer) waker.ask(lane.wakeAt?.(folding.state), folding.positions[timer] ?? 0);
  };
  askForWake();

  const handle = async (taken: readonly Taken[]) => {
    for (const run of ascendingRuns(taken, isOlder)) {
      // A replay would put a message that comes too late in its place; nothing before this point is replayed any more.
      if (newest && run[0] && isOlder(run[0], newest)) await save();
      const [one] = run;
      if (one) await guard.handling(folding.reached, ids[one.rank] as StreamId, one.raw.seq);
      await folding.handle(run, guard);
      newest = run.at(-1);
    }
    for (const [rank] of inputs.entries()) {
      const last = taken.findLast(one => one.rank === rank);
      if (last) reader.acknowledge(last);
    }
  };
  try {
    while (!signal.aborted) {
      // An idle stream must not leave the last snapshot stale for long.
      const patienceMs = snapshots.isNew(folding.snapshot) ? Math.max(0, snapshots.dueInMs) : undefined;
      const taken = await reader.take(guard.stepping ? 1 : BATCH, signal, patienceMs);
      await handle(taken);
      if (taken.length > 0) askForWake();
      if (guard.stepping || snapshots.dueInMs <= 0) await save();
    }
    await save();
  } finally {
    await guard.survived(saved).catch(() => undefined);
  }
}
