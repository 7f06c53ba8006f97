import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from './back-off.ts';
import { Bell } from './bell.ts';
import { storedAt } from './envelope.ts';
import { mergeable, type Queue, type Taken } from './merge.ts';
import type { Nats } from './nats.ts';
import { OrderedReader } from './ordered-reader.ts';
import type { ServerTime } from './server-time.ts';
import { streamNow } from './streams.ts';

/**
 * How long a message may be held back for the sake of order. Streams answer within milliseconds; only where a server's
 * clock was set back, or two servers disagree, does it take longer, and then going on matters more.
 */
const HOLD_MS = 2_000;

/** Longest pause before streams are asked again, where their clock has not yet come to a message's time. */
const ASK_AGAIN_MS = 20;

/** Server times are told and kept as fractions that end somewhere. */
const ROUNDING_MS = 0.001;

/** One stream of a merge. Its place in the list is its rank: of equally old messages the lower one comes first. */
export interface Input {
  readonly stream: StreamName;
  /** Last sequence that is done. */
  readonly after: number;
  /** Last sequence that an earlier life had taken, as far as is known. */
  readonly takenBefore: number;
}

/**
 * Several streams as one, in the order of storage (see `mergeable`).
 *
 * First comes what an earlier life had taken, and nothing else: that it took no more is part of the order. From then on a
 * stream without a waiting message is asked for its last sequence and the server's time. Once everything up to that
 * sequence has arrived, nothing stored before the time of the *previous* answer can be missing; the time in the same answer
 * will not do, because the server reads its clock after the sequence.
 */
export class MergedReader implements AsyncDisposable {
  readonly #nats: Nats;
  readonly #inputs: readonly Input[];
  readonly #readers: readonly OrderedReader[];
  readonly #bell: Bell;
  readonly #serverTime: ServerTime;
  /** By rank: what a stream may still bring was stored at this time or later. */
  readonly #knownTo: Milliseconds[];
  /** By rank: the server's time in the stream's last answer. */
  readonly #heard: Milliseconds[];
  /** By rank: since when its messages have been ahead of another stream's clock (`performance.now`). */
  readonly #aheadSince = new Map<number, Milliseconds>();
  #repeating: boolean;

  private constructor(
    nats: Nats,
    inputs: readonly Input[],
    readers: readonly OrderedReader[],
    bell: Bell,
    serverTime: ServerTime,
  ) {
    this.#nats = nats;
    this.#inputs = inputs;
    this.#readers = readers;
    this.#bell = bell;
    this.#serverTime = serverTime;
    this.#knownTo = inputs.map(() => Number.NEGATIVE_INFINITY);
    this.#heard = inputs.map(() => Number.NEGATIVE_INFINITY);
    this.#repeating = inputs.some(({ after, takenBefore }) => takenBefore > after);
  }

  /** @param durable name of the consumers it makes, one per stream */
  static async open(
    nats: Nats,
    inputs: readonly Input[],
    durable: string,
    serverTime: ServerTime,
  ): Promise<MergedReader> {
    const bell = new Bell();
    const readers: OrderedReader[] = [];
    try {
      for (const { stream, after } of inputs) {
        readers.push(await OrderedReader.open(nats, { stream, from: { durable, after } }, bell));
      }
    } catch (thrown) {
      await Promise.all(readers.map(reader => reader[Symbol.asyncDispose]()));
      throw thrown;
    }
    return new MergedReader(nats, inputs, readers, bell, serverTime);
  }

  /**
   * At most `max` messages, in order; none when the signal aborts, or when none has come within `patienceMs`.
   * @throws SpillwayError NATS_AWAY when a delivery broke; open a new reader from the last positions.
   */
  async take(max: number, signal: AbortSignal, patienceMs?: Milliseconds): Promise<Taken[]> {
    const [only, another] = this.#readers;
    if (only && !another) {
      const taken = await only.take({ messages: max }, () => 0, signal, patienceMs);
      return taken.map(raw => ({ rank: 0, raw }));
    }
    while (!signal.aborted) {
      for (const reader of this.#readers) reader.check();
      const order = mergeable(this.#queues(max), max);
      if (order.length > 0) return order.flatMap(rank => this.#takeOne(rank));
      if (this.#repeating) {
        await this.#reachRepeated(signal);
      } else if (this.#readers.every(({ waiting }) => waiting.length === 0)) {
        await this.#anything(signal, patienceMs);
        if (this.#readers.every(({ waiting }) => waiting.length === 0)) return [];
      } else {
        await this.#ask(signal);
      }
    }
    return [];
  }

  /** Acknowledges everything taken so far up to and including this message. */
  acknowledge({ rank, raw }: Taken): void {
    this.#readers[rank]?.acknowledge(raw);
  }

  /** Messages of one stream that are not yet acknowledged. */
  async lag(rank: number): Promise<number> {
    return (await this.#readers[rank]?.lag()) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#readers.map(reader => reader[Symbol.asyncDispose]()));
  }

  #takeOne(rank: number): Taken[] {
    const raw = this.#readers[rank]?.takeOne();
    return raw ? [{ rank, raw }] : [];
  }

  #queues(max: number): Queue[] {
    return this.#readers.map((reader, rank) => {
      const waiting = reader.waiting.slice(0, max);
      if (!this.#repeating) return { times: waiting.map(storedAt), knownTo: this.#knownTo[rank] ?? 0 };
      const last = this.#inputs[rank]?.takenBefore ?? 0;
      return {
        times: waiting.filter(({ seq }) => seq <= last).map(storedAt),
        knownTo: reader.through >= last ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
      };
    });
  }

  /** Waits for what an earlier life had taken, and finds the end of it. */
  async #reachRepeated(signal: AbortSignal): Promise<void> {
    const missing = [...this.#readers.entries()].filter(
      ([rank, reader]) => reader.through < (this.#inputs[rank]?.takenBefore ?? 0),
    );
    if (missing.length === 0) this.#repeating = false;
    await Promise.all(
      missing.map(([rank, reader]) => reader.reach(this.#inputs[rank]?.takenBefore ?? 0, signal)),
    );
  }

  #anything(signal: AbortSignal, patienceMs?: Milliseconds): Promise<void> {
    const some = () => {
      for (const reader of this.#readers) reader.check();
      return this.#readers.some(({ waiting }) => waiting.length > 0);
    };
    return this.#bell.until(some, signal, patienceMs);
  }

  /** Learns of every stream without a waiting message how far it is known. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { rank: held, time } = this.#oldest();
    const silent = [...this.#readers.entries()].filter(([, { waiting }]) => waiting.length === 0);
    await Promise.all(
      silent.map(async ([rank, reader]) => {
        const { stream } = this.#inputs[rank] as Input;
        const { lastSequence, serverTime } = await streamNow(this.#nats, stream);
        this.#serverTime.heard(serverTime);
        await reader.reach(lastSequence, signal);
        if (reader.waiting.length === 0) this.#knownTo[rank] = (this.#heard[rank] ?? 0) - ROUNDING_MS;
        this.#heard[rank] = serverTime;
      }),
    );
    const aheadMs = time - Math.min(...silent.map(([rank]) => this.#heard[rank] ?? 0));
    if (aheadMs <= 0) {
      this.#aheadSince.delete(held);
      return;
    }
    const since = this.#aheadSince.get(held) ?? performance.now();
    this.#aheadSince.set(held, since);
    if (performance.now() - since < HOLD_MS) return pause(Math.min(aheadMs + 1, ASK_AGAIN_MS), signal);
    for (const [rank] of silent) this.#knownTo[rank] = time + ROUNDING_MS;
  }

  /** Rank and time of the message that is next, if nothing older comes. */
  #oldest(): { readonly rank: number; readonly time: Milliseconds } {
    let oldest = { rank: 0, time: Number.POSITIVE_INFINITY };
    for (const [rank, { waiting }] of this.#readers.entries()) {
      const time = waiting[0] ? storedAt(waiting[0]) : Number.POSITIVE_INFINITY;
      if (time < oldest.time) oldest = { rank, time };
    }
    return oldest;
  }
}
