import type { ConsumerInfo, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { Bell } from './bell.ts';
import type { Nats } from './nats.ts';
import { consumerConfig, IN_FLIGHT, type Reading } from './reading.ts';
import { firstFrom, serverName } from './streams.ts';

/** How long a message that is in the stream may take to arrive before the stream is asked whether it still is. */
const ARRIVAL_MS = { first: 10, longest: 1_000 };

/** What is taken at a time, at most; one message that has more bytes is taken alone. */
export interface Most {
  readonly messages: number;
  readonly bytes?: number | undefined;
}

/**
 * One stream, in order, through a pull consumer.
 *
 * A position belongs to the effect (a snapshot, a file, a plan), not to the consumer, so a durable is made anew
 * at that position on every start; it exists so that anyone can see lag and the acknowledged floor with NATS's own
 * tools. A delivery that got lost with a connection shows as a jump in the delivery sequence, or as silence while the
 * server believes it has delivered: both end the reader with NATS_AWAY, and the lane starts again from its position.
 */
export class OrderedReader implements AsyncDisposable {
  readonly #nats: Nats;
  readonly #reading: Reading;
  readonly #consumer: string;
  readonly #messages: ConsumerMessages;
  readonly #bell: Bell;
  readonly #buffer: JsMsg[] = [];
  /** Bytes of the bodies in `#buffer`. */
  #bytes = 0;
  /** Messages there were at the start. */
  readonly atStart: number;
  #deliveries = 0;
  #acknowledged = 0;
  #through: number;
  #last: JsMsg | undefined;
  #failure: SpillwayError | undefined;

  private constructor(
    nats: Nats,
    reading: Reading,
    info: ConsumerInfo,
    messages: ConsumerMessages,
    bell: Bell,
  ) {
    this.#nats = nats;
    this.#reading = reading;
    this.#consumer = info.name;
    this.#messages = messages;
    this.#bell = bell;
    this.#through = typeof reading.from === 'object' ? reading.from.after : 0;
    this.atStart = info.num_pending;
    void this.#pump();
  }

  /** @param bell rings when something has arrived; shared by those who wait for several readers at once */
  static async open(nats: Nats, reading: Reading, bell = new Bell()): Promise<OrderedReader> {
    const name = serverName(nats.experiment, reading.stream);
    if (typeof reading.from === 'object') {
      await nats.jsm.consumers.delete(name, reading.from.durable).catch(() => false);
    }
    const info = await nats.jsm.consumers.add(name, consumerConfig(nats.experiment, reading));
    const consumer = await nats.js.consumers.get(name, info.name);
    const messages = await consumer.consume({
      max_messages: reading.inFlight ?? IN_FLIGHT,
      expires: 5_000,
      idle_heartbeat: 1_000,
      // A stream deleted and made anew has no such consumer: left to itself, the client would look for it for ever.
      abort_on_missing_resource: true,
    });
    return new OrderedReader(nats, reading, info, messages, bell);
  }

  /** What has arrived and is not yet taken, in order. */
  get waiting(): readonly JsMsg[] {
    return this.#buffer;
  }

  /** Every message up to this sequence has arrived, or is known not to come. */
  get through(): number {
    return this.#through;
  }

  /** Messages that have arrived, taken or not. */
  get arrived(): number {
    return this.#deliveries;
  }

  /** @throws SpillwayError NATS_AWAY when the delivery broke; open a new reader from the last position. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /**
   * At most so much, in order; nothing when the signal aborts, or when nothing has come within `patienceMs`. Once
   * there is one message, waits for more as long as `gatherMs()` says.
   * @throws SpillwayError NATS_AWAY when the delivery broke; open a new reader from the last position.
   */
  async take(
    { messages, bytes = Number.POSITIVE_INFINITY }: Most,
    gatherMs: () => Milliseconds,
    signal: AbortSignal,
    patienceMs?: Milliseconds,
  ): Promise<JsMsg[]> {
    await this.#until(() => this.#buffer.length > 0, signal, patienceMs);
    const waitMs = this.#buffer.length > 0 ? gatherMs() : 0;
    const count = Math.min(messages, this.#reading.inFlight ?? IN_FLIGHT);
    const enough = () => this.#buffer.length >= count || this.#bytes >= bytes;
    if (waitMs > 0) await this.#until(enough, signal, waitMs);
    let sum = 0;
    const beyond = this.#buffer.findIndex(({ data }, index) => {
      sum += data.byteLength;
      return index >= count || (index > 0 && sum > bytes);
    });
    return this.#splice(beyond);
  }

  /** All messages up to and including sequence `last` that are still in the stream; none when the signal aborts. */
  async takeThrough(last: number, signal: AbortSignal): Promise<JsMsg[]> {
    await this.#arrive(() => this.#through >= last, last, signal);
    return signal.aborted ? [] : this.#splice(this.#buffer.findIndex(message => message.seq > last));
  }

  /** The first message that has arrived. */
  takeOne(): JsMsg | undefined {
    return this.#splice(1)[0];
  }

  /** Resolves once a message is waiting, or it is certain that none up to this sequence will come, or the signal aborts. */
  reach(sequence: number, signal: AbortSignal): Promise<void> {
    return this.#arrive(() => this.#buffer.length > 0 || this.#through >= sequence, sequence, signal);
  }

  /** Acknowledges everything taken so far up to and including this message. */
  acknowledge(message: JsMsg): void {
    message.ack();
    this.#acknowledged = message.info.deliverySequence;
    this.#last = message;
  }

  /**
   * Messages in the stream that are not yet acknowledged.
   * @throws SpillwayError NATS_AWAY when the server has delivered what never arrived.
   */
  async lag(): Promise<number> {
    const before = this.#deliveries;
    const name = serverName(this.#nats.experiment, this.#reading.stream);
    const info = await this.#nats.jsm.consumers.info(name, this.#consumer);
    const delivered = info.delivered.consumer_seq;
    const nothingMoved = before === this.#deliveries && this.#buffer.length === 0;
    if (nothingMoved && delivered > before) {
      this.fail(new SpillwayError('NATS_AWAY', `deliveries ${before + 1} to ${delivered} never arrived`));
    }
    return info.num_pending + Math.max(0, delivered - this.#acknowledged);
  }

  /** Ends the reader: whoever waits for it, or will, is told. */
  fail(error: SpillwayError): void {
    this.#failure ??= error;
    this.#bell.ring();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fail(new SpillwayError('NATS_AWAY', 'the reader is closed'));
    if (this.#last) await this.#last.ackAck({ timeout: 500 }).catch(() => false);
    await this.#messages.close().catch(() => undefined);
  }

  async #pump(): Promise<void> {
    try {
      for await (const message of this.#messages) {
        const delivery = message.info.deliverySequence;
        if (delivery !== this.#deliveries + 1) {
          throw new SpillwayError('NATS_AWAY', `delivery ${this.#deliveries + 1} was lost on the way`);
        }
        // A new leader of the consumer may not know what the last one delivered, and give it again under new numbers.
        if (message.seq <= this.#through)
          throw new SpillwayError('NATS_AWAY', `message ${message.seq} came again`);
        this.#deliveries = delivery;
        this.#through = message.seq;
        this.#buffer.push(message);
        this.#bytes += message.data.byteLength;
        this.#bell.ring();
      }
      this.fail(new SpillwayError('NATS_AWAY', 'the consumer ended'));
    } catch (cause) {
      this.fail(
        cause instanceof SpillwayError
          ? cause
          : new SpillwayError('NATS_AWAY', 'the consumer broke', { cause }),
      );
    }
  }

  /** Takes the messages before an index, or all for -1. */
  #splice(beyond: number): JsMsg[] {
    const taken = this.#buffer.splice(0, beyond < 0 ? this.#buffer.length : beyond);
    for (const { data } of taken) this.#bytes -= data.byteLength;
    return taken;
  }

  /** Waits for the condition; while nothing arrives, asks the stream whether anything up to `sequence` is left to come. */
  async #arrive(condition: () => boolean, sequence: number, signal: AbortSignal): Promise<void> {
    const { stream, subject } = this.#reading;
    for (let waitMs = ARRIVAL_MS.first; ; waitMs = Math.min(waitMs * 2, ARRIVAL_MS.longest)) {
      await this.#until(condition, signal, waitMs);
      if (condition() || signal.aborted) return;
      const through = this.#through;
      const next = await firstFrom(this.#nats, stream, through + 1, subject);
      const noneLeft = next === undefined || next > sequence;
      if (noneLeft && this.#through === through) this.#through = sequence;
    }
  }

  #until(condition: () => boolean, signal: AbortSignal, timeoutMs?: Milliseconds): Promise<void> {
    const met = () => {
      if (condition()) return true;
      this.check();
      return false;
    };
    return this.#bell.until(met, signal, timeoutMs);
  }
}
