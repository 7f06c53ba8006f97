import type { JsMsg } from '@nats-io/jetstream';
import type { BatchLane, StreamId } from '../actor.ts';
import { CrashGuard } from './crash-guard.ts';
import { Delivery, Plan } from './delivery.ts';
import { type LaneHost, type LaneProgress, openAll, recordLostHistory } from './lane.ts';
import { OrderedReader } from './ordered-reader.ts';
import { laneKey, StateCell } from './state.ts';
import { streamId } from './streams.ts';

/**
 * Runs a batch lane from where it stopped until the signal aborts.
 *
 * The boundaries of a batch are written down before its first try, so that after a crash the very same batch comes
 * again under the same token and an effect that knows the token happens once.
 *
 * @throws SpillwayError when the lane must start again: NATS_AWAY, PUBLISH_FAILED, WRITER_CONFLICT.
 */
export async function runBatchLane(host: LaneHost, lane: BatchLane, progress: LaneProgress): Promise<void> {
  const { nats, signal } = host;
  const stream = await streamId(nats.jsm, nats.experiment, lane.stream);
  const plans = new StateCell(nats.state, laneKey(host.actor, lane.stream, 'plan'), Plan);
  const { position, plan } = startFrom(stream, await plans.read(), await lane.resume?.(stream));
  progress.position = position;
  await recordLostHistory(host, stream, progress.position);
  const guard = await CrashGuard.open(host, stream, progress, progress.position);

  await using reader = await OrderedReader.open(nats, lane.stream, host.actor, progress.position);
  progress.lag = () => reader.lag(progress.position);

  const delivery = new Delivery(host, lane, stream, progress, plans, guard, plan?.refusedThrough ?? 0);
  const deliver = async (taken: readonly JsMsg[], planned?: Plan) => {
    await delivery.deliver(await openAll(host, lane, stream, taken, progress), planned);
    const last = taken.at(-1);
    if (!last || signal.aborted) return;
    reader.acknowledge(last);
    progress.position = last.seq;
    progress.handled += taken.length;
  };
  try {
    if (plan) await deliver(await reader.takeThrough(plan.last, signal), plan);
    for (let lastAt = Number.NEGATIVE_INFINITY; !signal.aborted; lastAt = performance.now()) {
      const gatherMs = () => lastAt + lane.maxWaitMs - performance.now();
      await deliver(await reader.take(guard.stepping ? 1 : lane.maxMessages, gatherMs, signal));
    }
  } finally {
    await guard.survived(progress.position).catch(() => undefined);
  }
}

/**
 * Where to start, and the batch to repeat: the last planned one, whose effect may or may not have happened, unless the
 * effect's side has less than that.
 */
export function startFrom(
  stream: StreamId,
  last: Plan | undefined,
  onTheOtherSide: number | undefined,
): { readonly position: number; readonly plan: Plan | undefined } {
  const plan = last?.stream === stream ? last : undefined;
  if (!plan) return { position: onTheOtherSide ?? 0, plan: undefined };
  if (onTheOtherSide !== undefined && onTheOtherSide < plan.first - 1) {
    return { position: onTheOtherSide, plan: undefined };
  }
  return { position: plan.first - 1, plan };
}
