import { z } from 'zod';
import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import type { BatchLane, StreamId } from '../actor.ts';
import type { Aside } from './aside.ts';
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
  /** Whether the end of it is known. */
  done: z.boolean().default(false),
  /** Messages put aside lately. */
  aside: z.array(z.int().min(1)).readonly().default([]),
});
export type Plan = z.infer<typeof Plan>;

type Bounds = Pick<Plan, 'first' | 'last'>;

/** How trying ended: the effect has happened, or the lane was told to stop, or it will not succeed. */
type End = 'done' | 'stopped' | SpillwayError;

/** Delivers one batch until its effect has happened, it was given up message by message, or the lane stops. */
export class Delivery {
  readonly #host: LaneHost;
  readonly #lane: BatchLane;
  readonly #stream: StreamId;
  readonly #progress: LaneProgress;
  readonly #plans: StateCell<Plan>;
  readonly #guard: CrashGuard;
  readonly #aside: Aside;
  /** The last plan tried, once its end is known and until that is written down. */
  #finished: Plan | undefined;
  #refusedThrough: number;
  /** The last message put aside that is written down. */
  #noted: number | undefined;

  constructor(
    host: LaneHost,
    lane: BatchLane,
    stream: StreamId,
    progress: LaneProgress,
    plans: StateCell<Plan>,
    guard: CrashGuard,
    aside: Aside,
    refusedThrough = 0,
  ) {
    this.#host = host;
    this.#lane = lane;
    this.#stream = stream;
    this.#progress = progress;
    this.#plans = plans;
    this.#guard = guard;
    this.#aside = aside;
    this.#noted = aside.sequences.at(-1);
    this.#refusedThrough = refusedThrough;
  }

  /** @param planned boundaries written down by an earlier life, which must not change */
  async deliver(opened: readonly Opened[], planned?: Plan): Promise<void> {
    const first = opened[0]?.raw.seq;
    const last = opened.at(-1)?.raw.seq;
    if (first === undefined || last === undefined) return;
    const again = planned !== undefined;
    // A batch that may hold what killed the actor counts as refused, as does a replay: a part of its effect may have
    // happened.
    const replayed = opened.some(({ delivered }) => delivered?.origin);
    if (this.#guard.stepping || replayed) this.#refusedThrough = Math.max(this.#refusedThrough, last);
    if (first <= this.#refusedThrough) return this.#oneByOne(opened, again);
    const end = await this.#try(opened, planned ?? { first, last }, Number.POSITIVE_INFINITY, again);
    if (end === 'done' || end === 'stopped') return;
    this.#host.log.warn({ code: end.code, first, last }, `batch refused, going one by one: ${end.message}`);
    this.#refusedThrough = last;
    return this.#oneByOne(opened, again);
  }

  /** Whether nothing is left to be written down. */
  get settled(): boolean {
    return this.#finished === undefined;
  }

  /** Writes down that the last batch is done, so that the next life does not repeat it. */
  async settle(): Promise<void> {
    if (!this.#finished) return;
    await this.#plans.write({ ...this.#finished, done: true });
    this.#noted = this.#finished.aside.at(-1);
    this.#finished = undefined;
  }

  /** Writes down that nothing up to this sequence is left for the lane. */
  async passedBy(sequence: number): Promise<void> {
    await this.#plans.write({ ...this.#plan({ first: sequence, last: sequence }), done: true });
  }

  async #oneByOne(opened: readonly Opened[], again: boolean): Promise<void> {
    for (const one of opened) {
      const { seq } = one.raw;
      await this.#guard.handling(`${this.#stream}:${seq - 1}`, this.#stream, seq);
      const bounds = { first: seq, last: seq };
      const end =
        this.#guard.verdict(this.#stream, seq) ?? (await this.#try([one], bounds, SINGLE_TRIES, again));
      if (end === 'stopped') return;
      if (end === 'done') continue;
      if (!this.#aside.has(seq))
        await giveUp(this.#host, one.raw, this.#stream, end, SINGLE_TRIES, this.#progress);
      this.#aside.add(seq);
      await this.#end(this.#plan(bounds));
    }
  }

  async #try(opened: readonly Opened[], bounds: Bounds, refusals: number, again: boolean): Promise<End> {
    const { signal, random, log } = this.#host;
    const { first, last } = bounds;
    const messages = opened.flatMap(({ delivered }) => delivered ?? []);
    const plan = this.#plan(bounds);
    if (messages.length === 0) {
      await this.#end(plan);
      return 'done';
    }
    this.#finished = undefined;
    if (!this.#lane.doneThrough) await this.#plans.write(plan);
    const batch = {
      messages,
      token: `${this.#stream}:${first}-${last}`,
      afterRefusal: last <= this.#refusedThrough,
      again,
    };
    for (let attempt = 1, refused = 0; !signal.aborted; attempt++) {
      try {
        await this.#lane.deliver(batch);
        await this.#end(plan);
        return 'done';
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (attempt === 1) await this.#guard.survived(`${this.#stream}:${first - 1}`);
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
    return 'stopped';
  }

  /** Remembers that the end is known. Where no plan of a next batch will tell what was put aside, that is written down now. */
  async #end(plan: Plan): Promise<void> {
    const news = plan.aside.at(-1) !== this.#noted;
    if (this.#lane.doneThrough && !news) return;
    this.#finished = plan;
    if (this.#lane.doneThrough) await this.settle();
  }

  #plan({ first, last }: Bounds): Plan {
    return {
      stream: this.#stream,
      first,
      last,
      refusedThrough: this.#refusedThrough,
      done: false,
      aside: this.#aside.sequences,
    };
  }
}
