import type { JsMsg } from '@nats-io/jetstream';
import { z } from 'zod';
import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import type { BatchLane, StreamId } from '../actor.ts';
import { backOffMs, pause } from './back-off.ts';
import { giveUp, type LaneHost, type LaneProgress, type Opened, openAll, recordLostHistory } from './lane.ts';
import { OrderedReader } from './ordered-reader.ts';
import { laneKey, StateCell } from './state.ts';
import { streamId } from './streams.ts';

const RETRY = { firstMs: 200, maxMs: 10_000 };

/** A batch that failed for good is cut into single messages; each of those gets this many tries. */
const SINGLE_TRIES = 3;

const Plan = z.object({
  stream: z.string(),
  first: z.int().min(1),
  last: z.int().min(1),
  /** Messages up to here were part of a refused batch and go one by one. */
  refusedThrough: z.int().min(0),
});
type Plan = z.infer<typeof Plan>;

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

  await using reader = await OrderedReader.open(nats, lane.stream, host.actor, progress.position);
  progress.lag = () => reader.lag(progress.position);

  const attempt = new Attempt(host, lane, stream, progress, plans, plan?.refusedThrough ?? 0);
  const done = (taken: readonly JsMsg[]) => {
    const last = taken.at(-1);
    if (!last || signal.aborted) return;
    reader.acknowledge(last);
    progress.position = last.seq;
    progress.handled += taken.length;
  };

  if (plan) {
    const again = await reader.takeThrough(plan.last, signal);
    await attempt.deliver(await openAll(host, lane, stream, again, progress), plan);
    done(again);
  }
  for (let lastAt = Number.NEGATIVE_INFINITY; !signal.aborted; lastAt = performance.now()) {
    const taken = await reader.take(
      lane.maxMessages,
      () => lastAt + lane.maxWaitMs - performance.now(),
      signal,
    );
    await attempt.deliver(await openAll(host, lane, stream, taken, progress));
    done(taken);
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

/** Delivers one batch until its effect has happened, it was given up message by message, or the lane stops. */
class Attempt {
  readonly #host: LaneHost;
  readonly #lane: BatchLane;
  readonly #stream: StreamId;
  readonly #progress: LaneProgress;
  readonly #plans: StateCell<Plan>;
  #refusedThrough: number;

  constructor(
    host: LaneHost,
    lane: BatchLane,
    stream: StreamId,
    progress: LaneProgress,
    plans: StateCell<Plan>,
    refusedThrough: number,
  ) {
    this.#host = host;
    this.#lane = lane;
    this.#stream = stream;
    this.#progress = progress;
    this.#plans = plans;
    this.#refusedThrough = refusedThrough;
  }

  /** @param planned boundaries written down by an earlier life, which must not change */
  async deliver(opened: readonly Opened[], planned?: Plan): Promise<void> {
    const first = opened[0]?.raw.seq;
    const last = opened.at(-1)?.raw.seq;
    if (first === undefined || last === undefined) return;
    if (first <= this.#refusedThrough) return this.#oneByOne(opened);
    const bounds = planned ?? { first, last };
    const error = await this.#try(opened, bounds.first, bounds.last, Number.POSITIVE_INFINITY);
    if (!error) return;
    this.#host.log.warn(
      { code: error.code, first, last },
      `batch refused, going one by one: ${error.message}`,
    );
    this.#refusedThrough = last;
    return this.#oneByOne(opened);
  }

  async #oneByOne(opened: readonly Opened[]): Promise<void> {
    for (const one of opened) {
      const error = await this.#try([one], one.raw.seq, one.raw.seq, SINGLE_TRIES);
      if (error) await giveUp(this.#host, one.raw, this.#stream, error, SINGLE_TRIES, this.#progress);
    }
  }

  /** @returns the error to give up with, or undefined when the effect has happened or the lane stops. */
  async #try(
    opened: readonly Opened[],
    first: number,
    last: number,
    refusals: number,
  ): Promise<SpillwayError | undefined> {
    const { signal, random, log } = this.#host;
    const messages = opened.flatMap(({ delivered }) => delivered ?? []);
    if (messages.length === 0) return undefined;
    await this.#plans.write({ stream: this.#stream, first, last, refusedThrough: this.#refusedThrough });
    const batch = {
      messages,
      token: `${this.#stream}:${first}-${last}`,
      afterRefusal: last <= this.#refusedThrough,
    };
    for (let attempt = 1, refused = 0; !signal.aborted; attempt++) {
      try {
        await this.#lane.deliver(batch);
        return undefined;
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (!error.retry && (refusals === Number.POSITIVE_INFINITY || ++refused >= refusals)) return error;
        this.#progress.retries++;
        const waitMs = backOffMs(RETRY, attempt, random);
        log.warn(
          { code: error.code, token: batch.token, attempt, waitMs },
          `will try again: ${error.message}`,
        );
        await pause(waitMs, signal);
      }
    }
    return undefined;
  }
}
