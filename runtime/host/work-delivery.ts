import type { JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { StreamId, WorkLane } from '../actor.ts';
import { type BackOff, backOffMs, pause } from './back-off.ts';
import type { LaneHost } from './lane.ts';
import { streamNow } from './streams.ts';
import type { Given } from './work-queue.ts';

/** While NATS is away. */
const AWAY: BackOff = { firstMs: 200, maxMs: 5_000 };

/** How long JetStream may take to confirm a word, and how often it is told. */
const CONFIRM = { timeoutMs: 2_000, tries: 3 };

/** Heartbeats in the time after which an instance counts as vanished: two may be lost on the way. */
const BEATS = 4;

/** JetStream's words for a message that is done with. */
export const FINAL = { done: '+ACK', givenUp: '+TERM' } as const;
export type Final = (typeof FINAL)[keyof typeof FINAL];

/** Messages that this instance is done with, but could not tell. */
export type Settled = Map<string, Final>;

/** What tells a message from every other, whichever delivery of it this is. */
export const keyOf = ({ stream, raw }: Given): string => `${stream}:${raw.seq}`;

/** One delivery of a message, and what JetStream must be told of it. */
export class WorkDelivery implements Disposable {
  readonly raw: JsMsg;
  readonly stream: StreamId;
  readonly #host: LaneHost;
  readonly #lane: WorkLane;
  readonly #key: string;
  readonly #settled: Settled;
  readonly #beating: NodeJS.Timeout;

  /** From now on JetStream hears that whoever has it lives. */
  constructor(host: LaneHost, lane: WorkLane, given: Given, settled: Settled) {
    this.raw = given.raw;
    this.stream = given.stream;
    this.#host = host;
    this.#lane = lane;
    this.#key = keyOf(given);
    this.#settled = settled;
    this.#beating = setInterval(() => this.#beat(), lane.vanishedAfterMs / BEATS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#beating);
  }

  /** How it ended when it was here before, if JetStream could not be told. */
  get endedBefore(): Final | undefined {
    return this.#settled.get(this.#key);
  }

  /** The message is done with; where that cannot be told now, it is told when the message comes again. */
  async settle(word: Final): Promise<void> {
    this.#settled.set(this.#key, word);
    await this.#tell(word);
    this.#settled.delete(this.#key);
  }

  /** The message is for whoever is free, after that time. */
  async handBack(afterMs: Milliseconds): Promise<void> {
    await this.#tell(`-NAK ${JSON.stringify({ delay: nanos(Math.round(afterMs)) })}`);
  }

  /** Tries until it succeeds. @throws when it has not by the time at which what is in hand must be let go */
  async patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (thrown) {
        await this.#wait(attempt, thrown);
      }
    }
  }

  /**
   * Tells JetStream until it confirms: a word that is lost would bring the message again. A server that was killed may not
   * know of the delivery any more, and then never confirms.
   */
  async #tell(word: string): Promise<void> {
    const { nats } = this.#host;
    // The client's types leave the address out, and its own acknowledgement works once.
    const { reply } = this.raw as JsMsg & { readonly reply: string };
    for (let attempt = 1; ; attempt++) {
      try {
        await nats.connection.request(reply, word, { timeout: CONFIRM.timeoutMs });
        return;
      } catch (thrown) {
        if (attempt === CONFIRM.tries) throw thrown;
        await this.#wait(attempt, thrown);
      }
      // In a stream made anew the sequence is another message's.
      const { id } = await this.patiently(() => streamNow(nats, this.#lane.stream));
      if (id !== this.stream) throw new SpillwayError('NATS_AWAY', 'the stream it came from has gone');
    }
  }

  async #wait(attempt: number, failure: unknown): Promise<void> {
    const { nats, expired, random } = this.#host;
    if (expired.aborted || nats.connection.isClosed()) throw failure;
    await pause(backOffMs(AWAY, attempt, random), expired);
  }

  #beat(): void {
    try {
      this.raw.working();
    } catch (thrown) {
      // The connection is closed for good: nobody can say any more that this instance lives.
      this.#host.log.debug({ err: thrown }, 'no heartbeat');
    }
  }
}
