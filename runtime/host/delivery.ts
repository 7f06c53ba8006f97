import { z } from 'zod';
import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import type { BatchLane, StreamId } from '../actor.ts';
import { backOffMs, pause } from './back-off.ts';
import type { CrashGuard } from './crash-guard.ts';
import { giveUp, type LaneHost, type LaneProgress, type Opened } from './lane.ts';
import type { StateCell } from './state.ts';

const RETRY = { firstMs: 200, maxMs: 10_000 };

/** A batch that failed for good is cut into single messages; each of those gets this many tries. */
const SINGLE_TRIES = 3;

/** The boundaries of a batch, as written down before its first try. */
export const Plan = z.object({
  stream: z.string(),
  first: z.int().min(1),
  last: z.int().min(1),
  /** Messages up to here were part of a refused batch and go one by one. */
  refusedThrough: z.int().min(0),
});
export type Plan = z.infer<typeof Plan>;

/** Delivers one batch until its effect has happened, it was given up message by message, or the lane stops. */
export class Delivery {
  readonly #host: LaneHost;
  readonly #lane: BatchLane;
  readonly #stream: StreamId;
  readonly #progress: LaneProgress;
  readonly #plans: StateCell<Plan>;
  readonly #guard: CrashGuard;
  #refusedThrough: number;

  constructor(
    host: LaneHost,
    lane: BatchLane,
    stream: StreamId,
    progress: LaneProgress,
    plans: StateCell<Plan>,
    guard: CrashGuard,
    refusedThrough: number,
  ) {
    this.#host = host;
    this.#lane = lane;
    this.#stream = stream;
    this.#progress = progress;
    this.#plans = plans;
    this.#guard = guard;
    this.#refusedThrough = refusedThrough;
  }

  /** @param planned boundaries written down by an earlier life, which must not change */
  async deliver(opened: readonly Opened[], planned?: Plan): Promise<void> {
    const first = opened[0]?.raw.seq;
    const last = opened.at(-1)?.raw.seq;
    if (first === undefined || last === undefined) return;
    // A batch that may hold what killed the actor counts as refused, as does a replay: a part of its effect may have
    // happened.
    const replayed = opened.some(({ delivered }) => delivered?.origin);
    if (this.#guard.stepping || replayed) this.#refusedThrough = Math.max(this.#refusedThrough, last);
    if (first <= this.#refusedThrough) return this.#oneByOne(opened);
    const bounds = planned ?? { first, last };
    const error = await this.#try(
      opened,
      bounds.first,
      bounds.last,
      Number.POSITIVE_INFINITY,
      planned !== undefined,
    );
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
      await this.#guard.handling(one.raw.seq - 1, one.raw.seq);
      const error =
        this.#guard.verdict(one.raw.seq) ?? (await this.#try([one], one.raw.seq, one.raw.seq, SINGLE_TRIES));
      if (error) await giveUp(this.#host, one.raw, this.#stream, error, SINGLE_TRIES, this.#progress);
    }
  }

  /** @returns the error to give up with, or undefined when the effect has happened or the lane stops. */
  async #try(
    opened: readonly Opened[],
    first: number,
    last: number,
    refusals: number,
    again = false,
  ): Promise<SpillwayError | undefined> {
    const { signal, random, log } = this.#host;
    const messages = opened.flatMap(({ delivered }) => delivered ?? []);
    if (messages.length === 0) return undefined;
    await this.#plans.write({ stream: this.#stream, first, last, refusedThrough: this.#refusedThrough });
    const batch = {
      messages,
      token: `${this.#stream}:${first}-${last}`,
      afterRefusal: last <= this.#refusedThrough,
      again,
    };
    for (let attempt = 1, refused = 0; !signal.aborted; attempt++) {
      try {
        await this.#lane.deliver(batch);
        return undefined;
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (attempt === 1) await this.#guard.survived(first - 1);
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
