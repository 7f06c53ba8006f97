import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Milliseconds } from '../../../protocol/time.ts';
import { ChannelError } from './channel-error.ts';

export interface GateOptions {
  /** Most messages in any minute; of less than 1, the one message has a longer time to itself. */
  readonly perMinute: number;
  readonly clock: Clock;
  /** Longest pause of the other side that is waited for; a longer one is told to the caller. */
  readonly patienceMs: Milliseconds;
  readonly wait?: (ms: Milliseconds, signal: AbortSignal) => Promise<unknown>;
}

/**
 * What stands before one address: keeps to a rate, and to the pauses that the other side asks for, so that an address that
 * refuses us is not asked again and again.
 */
export class Gate {
  readonly #options: Required<GateOptions>;
  readonly #most: number;
  readonly #windowMs: Milliseconds;
  /** When the last `#most` messages went, oldest first; a time to come is a promise already made. */
  readonly #times: Milliseconds[] = [];
  #closed: { readonly until: Milliseconds; readonly why: ChannelError } | undefined;

  constructor(options: GateOptions) {
    this.#options = { wait: (ms, signal) => delay(ms, undefined, { signal }), ...options };
    this.#most = Math.max(1, Math.floor(options.perMinute));
    this.#windowMs = (60_000 * this.#most) / options.perMinute;
  }

  /** Nothing passes for as long as the error says. */
  close(why: ChannelError): void {
    if (why.quietMs > 0) this.#closed = { until: this.#options.clock() + why.quietMs, why };
  }

  /**
   * Resolves when one message may go.
   * @throws ChannelError CHANNEL_LIMITED when that would take longer than we have patience; CHANNEL_REFUSED while the
   *   address is known to refuse us. When `signal` aborts, throws its reason.
   */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#options.clock();
    const { until = 0, why } = this.#closed ?? {};
    if (why && until > now && (why.code === 'CHANNEL_REFUSED' || until - now > this.#options.patienceMs)) {
      throw new ChannelError(why.code, why.message);
    }
    // Never paced: what decides what is told keeps to the limit as a whole, and an urgent page must not wait for its turn.
    const oldest = this.#times.length < this.#most ? undefined : this.#times.shift();
    const at = Math.max(now, until, oldest === undefined ? now : oldest + this.#windowMs);
    this.#times.push(at);
    const pause = at - now;
    if (pause > 0) await this.#pause(pause, signal);
  }

  async #pause(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.wait(ms, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}
