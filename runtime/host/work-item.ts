import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import type { Delivered, WorkLane } from '../actor.ts';
import { type BackOff, backOffMs, pause } from './back-off.ts';
import { open } from './envelope.ts';
import { giveUp, isFor, type LaneHost, type LaneProgress } from './lane.ts';
import { FINAL, type Settled, WorkDelivery } from './work-delivery.ts';
import { onDelivery, onError } from './work-policy.ts';
import type { Given } from './work-queue.ts';
import type { WorkRoom } from './work-room.ts';
import { WorkTries } from './work-tries.ts';

/** Between two tries in place, while something is away or not made yet. No longer, or every slot stands idle for as much behind what is there again. */
const OUTAGE: BackOff = { firstMs: 200, maxMs: 2_000 };

/** Between two attempts, after an error. */
const ATTEMPT: BackOff = { firstMs: 1_000, maxMs: 60_000 };

/** What the messages that an instance has in hand share. */
export interface Workshop {
  readonly host: LaneHost;
  readonly lane: WorkLane;
  readonly progress: LaneProgress;
  readonly room: WorkRoom;
  readonly settled: Settled;
}

/** How an attempt ended: done, or stopped by the drain, or failed. */
type End = 'done' | 'stopped' | SpillwayError;

/** Deals with a message until JetStream knows what became of it. Never throws: what cannot be told now comes again. */
export async function workOn(shop: Workshop, given: Given): Promise<void> {
  using delivery = new WorkDelivery(shop.host, shop.lane, given, shop.settled);
  try {
    await new WorkItem(shop, delivery).handle();
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    const { stream, raw } = given;
    shop.host.log.warn({ code, stream, sequence: raw.seq, err: thrown }, `let go of a message: ${message}`);
  }
}

class WorkItem {
  readonly #shop: Workshop;
  readonly #delivery: WorkDelivery;
  readonly #tries: WorkTries;
  readonly #sequence: number;
  readonly #again: boolean;

  constructor(shop: Workshop, delivery: WorkDelivery) {
    this.#shop = shop;
    this.#delivery = delivery;
    this.#tries = new WorkTries(shop.host, delivery.stream);
    this.#sequence = delivery.raw.seq;
    this.#again = delivery.raw.redelivered;
  }

  async handle(): Promise<void> {
    const { host, lane } = this.#shop;
    const delivery = this.#delivery;
    const { raw, stream, endedBefore } = delivery;
    if (endedBefore) return delivery.settle(endedBefore);
    if (!isFor(host, raw)) return delivery.settle(FINAL.done);
    const spent = this.#again ? await delivery.patiently(() => this.#tries.read(raw.seq)) : undefined;
    const verdict = onDelivery(spent, lane.attempts);
    if (verdict.do === 'give up') return this.#giveUp(verdict.error, verdict.attempts);
    let message: Delivered<unknown>;
    try {
      message = open(raw, stream, lane.types);
    } catch (thrown) {
      return this.#giveUp(asSpillwayError(thrown), verdict.attempt);
    }
    await this.#ended(await this.#attempt(message, verdict.attempt), verdict.attempt);
  }

  async #attempt(message: Delivered<unknown>, attempt: number): Promise<End> {
    const { host, lane, progress, room } = this.#shop;
    const { signal, expired, random } = host;
    const task = { message, attempt, waiting: this.#delivery.raw.info.pending, signal: expired };
    // What may have killed others gets its last chance where it can kill nobody's work but its own.
    const alone = this.#again && attempt === lane.attempts;
    const workOnce = async () => {
      if (this.#again) await this.#spend(attempt);
      return orStopped(lane.work(task), expired);
    };
    for (let retry = 1; !signal.aborted; retry++) {
      try {
        return (await room.within(alone, signal, workOnce)) ?? 'stopped';
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (expired.aborted) return 'stopped';
        if (onError(error, attempt, lane.attempts) !== 'retry') return error;
        const waitMs = backOffMs(OUTAGE, retry, random);
        progress.retries++;
        this.#warn(error, { attempt, retry, waitMs }, 'will try again');
        await pause(waitMs, signal);
      }
    }
    return 'stopped';
  }

  async #ended(end: End, attempt: number): Promise<void> {
    const { host, lane, progress } = this.#shop;
    if (end === 'done') {
      progress.handled++;
      await this.#delivery.settle(FINAL.done);
      return this.#forget();
    }
    if (end === 'stopped') {
      await this.#spend(attempt - 1);
      return this.#delivery.handBack(0);
    }
    if (onError(end, attempt, lane.attempts) === 'give up') return this.#giveUp(end, attempt);
    const afterMs = backOffMs(ATTEMPT, attempt, host.random);
    progress.retries++;
    this.#warn(end, { attempt, afterMs }, 'attempt failed');
    await this.#spend(attempt);
    await this.#delivery.handBack(afterMs);
  }

  async #giveUp(error: SpillwayError, attempts: number): Promise<void> {
    const { host, progress } = this.#shop;
    const { raw, stream } = this.#delivery;
    await this.#delivery.patiently(() => giveUp(host, raw, stream, error, attempts, progress));
    await this.#delivery.settle(FINAL.givenUp);
    await this.#forget();
  }

  /** Writes down how many attempts the message has cost so far. */
  async #spend(attempts: number): Promise<void> {
    await this.#delivery.patiently(() => this.#tries.write(this.#sequence, attempts));
  }

  async #forget(): Promise<void> {
    // What stays costs a line and is never asked for again.
    if (this.#again) await this.#tries.forget(this.#sequence).catch(() => undefined);
  }

  #warn({ code, message }: SpillwayError, more: Record<string, number>, what: string): void {
    const { stream } = this.#delivery;
    this.#shop.host.log.warn({ code, stream, sequence: this.#sequence, ...more }, `${what}: ${message}`);
  }
}

/** How work ends that is waited for until the signal aborts, and no longer. */
async function orStopped(work: Promise<void>, signal: AbortSignal): Promise<'done' | 'stopped'> {
  const { promise, resolve } = Promise.withResolvers<'stopped'>();
  const stop = () => resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work.then(() => 'done' as const), promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
