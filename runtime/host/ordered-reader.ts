import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Nats } from './nats.ts';
import { serverName } from './streams.ts';

/** Unacknowledged messages in flight: what bounds the reader's memory while an effect is away. */
const IN_FLIGHT = 2_048;

/** Longer than any effect takes in one try, so that the server never sends again what is still in hand. */
const ACK_WAIT_MS = 15 * 60_000;

/**
 * One stream, in order, from an exact position, through a durable pull consumer.
 *
 * The position belongs to the effect (a snapshot, a file, a plan), not to the consumer, so the durable is made anew
 * at that position on every start; it exists so that anyone can see lag and the acknowledged floor with NATS's own
 * tools. A delivery that got lost with a connection shows as a jump in the delivery sequence, or as silence while the
 * server believes it has delivered: both end the reader with NATS_AWAY, and the lane starts again from its position.
 */
export class OrderedReader implements AsyncDisposable {
  readonly #messages: ConsumerMessages;
  readonly #lagOnServer: () => Promise<{ pending: number; delivered: number }>;
  readonly #buffer: JsMsg[] = [];
  #deliveries = 0;
  #received: number;
  #last: JsMsg | undefined;
  #failure: SpillwayError | undefined;
  #wake: () => void = () => {};
  readonly #onAbort = () => this.#wake();

  private constructor(
    messages: ConsumerMessages,
    lag: () => Promise<{ pending: number; delivered: number }>,
    position: number,
  ) {
    this.#messages = messages;
    this.#lagOnServer = lag;
    this.#received = position;
    void this.#pump();
  }

  /** Opens at the message after `position`; 0 is before the first. */
  static async open(
    nats: Nats,
    stream: StreamName,
    durable: string,
    position: number,
  ): Promise<OrderedReader> {
    const name = serverName(nats.experiment, stream);
    await nats.jsm.consumers.delete(name, durable).catch(() => false);
    await nats.jsm.consumers.add(name, {
      durable_name: durable,
      // One acknowledgement covers all before it, which is what order means here.
      ack_policy: AckPolicy.All,
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: IN_FLIGHT,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: position + 1,
      inactive_threshold: 0,
    });
    const consumer = await nats.js.consumers.get(name, durable);
    const messages = await consumer.consume({
      max_messages: IN_FLIGHT,
      expires: 5_000,
      idle_heartbeat: 1_000,
      // A stream deleted and made anew has no such consumer: left to itself, the client would look for it for ever.
      abort_on_missing_resource: true,
    });
    const lag = async () => {
      const info = await nats.jsm.consumers.info(name, durable);
      return { pending: info.num_pending, delivered: info.delivered.stream_seq };
    };
    return new OrderedReader(messages, lag, position);
  }

  /**
   * At most `max` messages, in order; none when the signal aborts, or when none has come within `patienceMs`. Once
   * there is one, waits for more as long as `gatherMs()` says.
   * @throws SpillwayError NATS_AWAY when the delivery broke; open a new reader from the last position.
   */
  async take(
    max: number,
    gatherMs: () => Milliseconds,
    signal: AbortSignal,
    patienceMs?: Milliseconds,
  ): Promise<JsMsg[]> {
    await this.#until(() => this.#buffer.length > 0, patienceMs, signal);
    const waitMs = this.#buffer.length > 0 ? gatherMs() : 0;
    if (waitMs > 0) await this.#until(() => this.#buffer.length >= max, waitMs, signal);
    return this.#buffer.splice(0, max);
  }

  /** All messages up to and including sequence `last` that are still in the stream; none when the signal aborts. */
  async takeThrough(last: number, signal: AbortSignal): Promise<JsMsg[]> {
    await this.#until(() => this.#received >= last, undefined, signal);
    const beyond = this.#buffer.findIndex(message => message.seq > last);
    return signal.aborted ? [] : this.#buffer.splice(0, beyond < 0 ? this.#buffer.length : beyond);
  }

  /** Acknowledges everything taken so far up to and including this message. */
  acknowledge(message: JsMsg): void {
    message.ack();
    this.#last = message;
  }

  /**
   * Messages in the stream beyond `position`.
   * @throws SpillwayError NATS_AWAY when the server has delivered what never arrived.
   */
  async lag(position: number): Promise<number> {
    const received = this.#received;
    const { pending, delivered } = await this.#lagOnServer();
    const nothingMoved = received === this.#received && this.#buffer.length === 0;
    if (nothingMoved && delivered > received) {
      this.#fail(new SpillwayError('NATS_AWAY', `deliveries ${received + 1} to ${delivered} never arrived`));
    }
    return pending + Math.max(0, delivered - position);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new SpillwayError('NATS_AWAY', 'the reader is closed'));
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
        this.#deliveries = delivery;
        this.#received = message.seq;
        this.#buffer.push(message);
        this.#wake();
      }
      this.#fail(new SpillwayError('NATS_AWAY', 'the consumer ended'));
    } catch (cause) {
      this.#fail(
        cause instanceof SpillwayError
          ? cause
          : new SpillwayError('NATS_AWAY', 'the consumer broke', { cause }),
      );
    }
  }

  #fail(error: SpillwayError): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Resolves once the condition holds, the time is over, or the signal aborts. */
  async #until(
    condition: () => boolean,
    timeoutMs: Milliseconds | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    while (!condition() && !signal.aborted) {
      if (this.#failure) throw this.#failure;
      const left = deadline - performance.now();
      if (left <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      signal.addEventListener('abort', this.#onAbort);
      const timer = Number.isFinite(left) ? setTimeout(resolve, left) : undefined;
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', this.#onAbort);
    }
  }
}
