import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Milliseconds } from '../../../protocol/time.ts';
import { ChannelError } from './channel-error.ts';

export interface GateOptions {
  /** Messages per minute in the long run. */
  readonly perMinute: number;
  readonly clock: Clock;
  /** Longest pause of the other side that is waited for; a longer one is told to the caller. */
  readonly patienceMs: Milliseconds;
  readonly wait?: (ms: Milliseconds, signal: AbortSignal) => Promise<unknown>;
}

/** After a quiet time so many seconds' worth may go at once. */
const BURST_SECONDS = 12;

/**
 * What stands before one address: keeps to a rate, and to the pauses that the other side asks for, so that an address that
 * refuses us is not asked again and again.
 */
export class Gate {
  readonly #options: Required<GateOptions>;
  readonly #capacity: number;
  #allowance: number;
  #countedAt: Milliseconds;
  #closed: { readonly until: Milliseconds; readonly why: ChannelError } | undefined;

  constructor(options: GateOptions) {
    this.#options = { wait: (ms, signal) => delay(ms, undefined, { signal }), ...options };
    this.#capacity = Math.max(1, (options.perMinute * BURST_SECONDS) / 60);
    this.#allowance = this.#capacity;
    this.#countedAt = options.clock();
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
    const perMs = this.#options.perMinute / 60_000;
    this.#allowance = Math.min(this.#capacity, this.#allowance + Math.max(0, now - this.#countedAt) * perMs);
    this.#countedAt = now;
    this.#allowance -= 1;
    const pause = Math.max(until - now, -this.#allowance / perMs);
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
