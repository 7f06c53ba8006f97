import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Delivered, WorkLane } from '../actor.ts';
import { type BackOff, backOffMs, pause } from './back-off.ts';
import { open } from './envelope.ts';
import { giveUp, isFor, type LaneHost, type LaneProgress } from './lane.ts';
import { streamNow } from './streams.ts';
import { confirm, WORD } from './work-consumer.ts';
import { onDelivery, onError } from './work-policy.ts';
import type { Given } from './work-queue.ts';
import { WorkTries } from './work-tries.ts';

/** Between two tries in place, while something is away. */
const OUTAGE: BackOff = { firstMs: 200, maxMs: 10_000 };

/** Between two attempts, after an error. */
const ATTEMPT: BackOff = { firstMs: 1_000, maxMs: 60_000 };

/** How long JetStream may take to confirm. */
const CONFIRM_MS = 2_000;

/** Heartbeats in the time after which an instance counts as vanished: two may be lost on the way. */
const BEATS = 4;

/** How an attempt ended: done, or stopped by the drain, or failed. */
type End = 'done' | 'stopped' | SpillwayError;

/** One message in the hand of this instance, from its delivery until JetStream knows what became of it. */
export class WorkItem {
  readonly #host: LaneHost;
  readonly #lane: WorkLane;
  readonly #progress: LaneProgress;
  readonly #given: Given;
  readonly #tries: WorkTries;

  constructor(host: LaneHost, lane: WorkLane, progress: LaneProgress, given: Given) {
    this.#host = host;
    this.#lane = lane;
    this.#progress = progress;
    this.#given = given;
    this.#tries = new WorkTries(host, given.stream);
  }

  /** Never throws: what cannot be told to JetStream now comes again. */
  async handle(): Promise<void> {
    const beating = setInterval(() => this.#beat(), this.#lane.vanishedAfterMs / BEATS);
    try {
      await this.#handle();
    } catch (thrown) {
      const { code, message } = asSpillwayError(thrown);
      this.#host.log.warn({ ...this.#where, code, err: thrown }, `let go of a message: ${message}`);
    } finally {
      clearInterval(beating);
    }
  }

  async #handle(): Promise<void> {
    const { raw, stream } = this.#given;
    const { attempts, types } = this.#lane;
    if (!isFor(this.#host, raw)) return this.#tell(WORD.done);
    const { deliveryCount } = raw.info;
    const spent = deliveryCount > 1 ? await this.#patiently(() => this.#tries.read(raw.seq)) : undefined;
    const verdict = onDelivery(deliveryCount, spent, attempts);
    if (verdict.do === 'give up') return this.#giveUp(verdict.error, verdict.attempts);
    const { attempt } = verdict;
    if (this.#host.signal.aborted) return this.#handBack(attempt - 1);
    let message: Delivered<unknown>;
    try {
      message = open(raw, stream, types);
    } catch (thrown) {
      return this.#giveUp(asSpillwayError(thrown), attempt);
    }
    // From the second delivery on nobody could tell an attempt that vanished from one that never began.
    if (deliveryCount > 1) await this.#patiently(() => this.#tries.write(raw.seq, attempt));
    const end = await this.#attempt(message, attempt);
    if (end === 'stopped') return this.#handBack(attempt - 1);
    if (end === 'done') return this.#done();
    if (onError(end, attempt, attempts) === 'give up') return this.#giveUp(end, attempt);
    const afterMs = backOffMs(ATTEMPT, attempt, this.#host.random);
    this.#progress.retries++;
    this.#warn(end, { attempt, afterMs }, 'attempt failed');
    await this.#handBack(attempt, afterMs);
  }

  async #attempt(message: Delivered<unknown>, attempt: number): Promise<End> {
    const { signal, expired, random } = this.#host;
    const task = { message, attempt, waiting: this.#given.raw.info.pending, signal: expired };
    for (let retry = 1; ; retry++) {
      try {
        return await orStopped(this.#lane.work(task), expired);
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (expired.aborted) return 'stopped';
        if (onError(error, attempt, this.#lane.attempts) !== 'retry') return error;
        const waitMs = backOffMs(OUTAGE, retry, random);
        this.#progress.retries++;
        this.#warn(error, { attempt, retry, waitMs }, 'will try again');
        await pause(waitMs, signal);
        if (signal.aborted) return 'stopped';
      }
    }
  }

  async #done(): Promise<void> {
    this.#progress.handled++;
    await this.#tell(WORD.done);
    await this.#forget();
  }

  async #giveUp(error: SpillwayError, attempts: number): Promise<void> {
    const { raw, stream } = this.#given;
    await this.#patiently(() => giveUp(this.#host, raw, stream, error, attempts, this.#progress));
    await this.#tell(WORD.never);
    await this.#forget();
  }

  async #forget(): Promise<void> {
    const { raw } = this.#given;
    // What stays costs a line and is never asked for again.
    if (raw.info.deliveryCount > 1) await this.#tries.forget(raw.seq).catch(() => undefined);
  }

  /** @param spent attempts that it has cost so far */
  async #handBack(spent: number, afterMs = 0): Promise<void> {
    await this.#patiently(() => this.#tries.write(this.#given.raw.seq, spent));
    await this.#tell(WORD.again(afterMs));
  }

  /**
   * Tells JetStream, and again until it confirms: a word that is lost would bring the message again, to be done again and to
   * count as an attempt.
   */
  async #tell(word: string): Promise<void> {
    const { nats } = this.#host;
    const { raw, stream } = this.#given;
    let told = 0;
    const open = await this.#patiently(async () => {
      // In a stream made anew the sequence is another message's.
      if (told++ > 0 && (await streamNow(nats, this.#lane.stream)).id !== stream) return false;
      await confirm(nats, raw, word, CONFIRM_MS);
      return true;
    });
    if (!open) throw new SpillwayError('NATS_AWAY', 'the stream it came from has gone');
  }

  /** Tries until it succeeds. @throws when it has not when the drain is over */
  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    const { nats, expired, random } = this.#host;
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (thrown) {
        if (expired.aborted || nats.connection.isClosed()) throw thrown;
        await pause(backOffMs(OUTAGE, attempt, random), expired);
      }
    }
  }

  #beat(): void {
    try {
      this.#given.raw.working();
    } catch (thrown) {
      // A closed connection: then nobody can say any more that it lives.
      this.#host.log.debug({ ...this.#where, err: thrown }, 'no heartbeat');
    }
  }

  get #where() {
    const { raw, stream } = this.#given;
    return { stream, sequence: raw.seq };
  }

  #warn({ code, message }: SpillwayError, more: Record<string, number>, what: string): void {
    this.#host.log.warn({ ...this.#where, code, ...more }, `${what}: ${message}`);
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
