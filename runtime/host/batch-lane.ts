import type { JsMsg } from '@nats-io/jetstream';
import { type BatchLane, MAX_BATCH, type StreamId } from '../actor.ts';
import { Aside } from './aside.ts';
import { CrashGuard } from './crash-guard.ts';
import { Delivery, Plan } from './delivery.ts';
import { type LaneHost, type LaneProgress, openAll, recordLostHistory } from './lane.ts';
import { OrderedReader } from './ordered-reader.ts';
import { inFlightOf } from './reading.ts';
import { laneKey, laneName, StateCell } from './state.ts';
import { firstFrom, streamNow } from './streams.ts';

/** Quiet for so long, a lane writes down that its last batch is done: between batches that follow closely it costs a write. */
const SETTLE_MS = 50;

/** How often a lane that takes one subject looks how far the stream has come without it. */
const PASS_BY_MS = 60_000;

/**
 * Runs a batch lane from where it stopped until the signal aborts.
 *
 * The boundaries of a batch are written down before its first try, so that after a crash the very same batch comes
 * again under the same token and an effect that knows the token happens once. A lane whose effect knows each message
 * goes on from where the effect is instead.
 *
 * @throws SpillwayError when the lane must start again: NATS_AWAY, PUBLISH_FAILED, WRITER_CONFLICT.
 */
export async function runBatchLane(host: LaneHost, lane: BatchLane, progress: LaneProgress): Promise<void> {
  const { nats, signal } = host;
  const now = await streamNow(nats, lane.stream);
  const stream = now.id;
  const plans = new StateCell(nats.state, laneKey(host.actor, lane.stream, lane.name, 'plan'), Plan);
  const written = await plans.read();
  const before = written?.stream === stream ? written : undefined;
  const aside = new Aside(before?.aside ?? []);
  const { position, plan } = lane.doneThrough
    ? { position: await lane.doneThrough(stream), plan: undefined }
    : startFrom(stream, written, await lane.resume?.(stream));
  progress.position = position;
  await recordLostHistory(host, now, progress.position);
  const reached = () => `${stream}:${progress.position}`;
  const guard = await CrashGuard.open(host, progress, reached());

  const durable = laneName(host.actor, lane.name);
  await using reader = await OrderedReader.open(nats, {
    stream: lane.stream,
    subject: lane.subject,
    inFlight: inFlightOf(now.meanBytes, plan ? Math.min(plan.last - plan.first + 1, MAX_BATCH) : 0),
    from: { durable, after: progress.position },
  });
  progress.lag = () => reader.lag();

  const delivery = new Delivery(host, lane, stream, progress, plans, guard, aside, before?.refusedThrough);
  const deliver = async (taken: readonly JsMsg[], planned?: Plan) => {
    await delivery.deliver(await openAll(host, lane.types, stream, taken, progress, aside), planned);
    const last = taken.at(-1);
    if (!last || signal.aborted) return;
    reader.acknowledge(last);
    progress.position = last.seq;
    progress.handled += taken.length;
  };
  /** Messages of other subjects are behind the lane too; without this they would look lost once they leave the stream. */
  const passBy = async () => {
    if (lane.subject === undefined) return;
    const { lastSequence } = await streamNow(nats, lane.stream);
    const next = await firstFrom(nats, lane.stream, progress.position + 1, lane.subject);
    if (lastSequence <= progress.position || (next !== undefined && next <= lastSequence)) return;
    await delivery.passedBy(lastSequence);
    progress.position = lastSequence;
  };
  try {
    if (plan) await deliver(await reader.takeThrough(plan.last, signal), plan);
    let lastAt = Number.NEGATIVE_INFINITY;
    const gatherMs = () => lastAt + lane.maxWaitMs - performance.now();
    while (!signal.aborted) {
      const most = { messages: guard.stepping ? 1 : lane.maxMessages, bytes: lane.maxBytes };
      const quietMs = delivery.settled ? (lane.subject === undefined ? undefined : PASS_BY_MS) : SETTLE_MS;
      const taken = await reader.take(most, gatherMs, signal, quietMs);
      if (taken.length > 0) {
        // From begin to begin: an effect that takes its time must not put off the next one by as much again. What a full
        // batch has left behind has gathered already.
        lastAt = reader.waiting.length > 0 ? Number.NEGATIVE_INFINITY : performance.now();
        await deliver(taken);
      } else if (!delivery.settled) await delivery.settle();
      else await passBy();
    }
  } finally {
    await delivery
      .settle()
      .then(passBy)
      .catch(() => undefined);
    await guard.survived(reached()).catch(() => undefined);
  }
}

/**
 * Where to start, and the batch to repeat: the last planned one, whose effect may or may not have happened, unless it is
 * known to be done or the effect's side has less than that.
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
  const agreed = onTheOtherSide === undefined || onTheOtherSide >= plan.last;
  if (plan.done && agreed) return { position: plan.last, plan: undefined };
  return { position: plan.first - 1, plan };
}
