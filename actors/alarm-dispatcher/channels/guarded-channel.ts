import type { Notice } from '../../../protocol/messages/notice.ts';
import { redact } from '../../../runtime/log.ts';
import type { Channel, Sent } from './channel.ts';
import { ChannelError } from './channel-error.ts';
import type { Gate } from './gate.ts';

/** What differs from one kind of channel to the next. */
export interface Sender extends AsyncDisposable {
  /**
   * Sends one notice, without waiting and without trying twice.
   * @param repeated an earlier try may have arrived
   * @throws ChannelError; anything else counts as unclear
   */
  deliver(notice: Notice, repeated: boolean, signal: AbortSignal): Promise<Sent>;
}

/** Longest text of another side that is kept. */
const DETAIL = 300;

/** A sender behind its gate: the rate, the pauses, and the memory of a try whose end is unknown. */
export class GuardedChannel implements Channel {
  readonly name: string;
  readonly #sender: Sender;
  readonly #gate: Gate;
  readonly #stop: AbortSignal;
  /** Number of the notice that a failed try may have sent. */
  #unclear: number | undefined;

  constructor(name: string, sender: Sender, gate: Gate, stop: AbortSignal) {
    this.name = name;
    this.#sender = sender;
    this.#gate = gate;
    this.#stop = stop;
  }

  async send(notice: Notice, again: boolean, signal: AbortSignal): Promise<Sent> {
    const stop = AbortSignal.any([signal, this.#stop]);
    await this.#gate.enter(stop);
    const repeated = again || this.#unclear === notice.number;
    try {
      const sent = await this.#sender.deliver(notice, repeated, stop);
      this.#unclear = undefined;
      return { ...sent, detail: redact(sent.detail).slice(0, DETAIL) };
    } catch (error) {
      const told = asChannelError(error);
      if (told.unclear) this.#unclear = notice.number;
      this.#gate.close(told);
      stop.throwIfAborted();
      throw told;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#sender[Symbol.asyncDispose]());
  }
}

const asChannelError = (error: unknown): ChannelError => {
  if (error instanceof ChannelError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new ChannelError('CHANNEL_AWAY', redact(message).slice(0, DETAIL), { unclear: true });
};
