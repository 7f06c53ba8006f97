import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import type { Clock, Milliseconds } from '../../protocol/time.ts';
import { pause } from '../host/back-off.ts';
import { nextRestart, type RestartPolicy } from './next-restart.ts';
import type { ExitReason, RunningService, Service } from './service.ts';

export type SupervisorEvent = { readonly service: string } & (
  | { readonly kind: 'starting' | 'ready' | 'stopping' | 'stopped' }
  | { readonly kind: 'exited'; readonly exit: ExitReason }
  | { readonly kind: 'failed'; readonly error: SpillwayError }
  | { readonly kind: 'restarting'; readonly delayMs: Milliseconds; readonly reason: string }
);

export interface SupervisorOptions {
  readonly backOff: RestartPolicy;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onEvent: (event: SupervisorEvent) => void;
  /** Services that may be starting at the same time: more than there are cores only make each other late. Default: 1. */
  readonly atOnce?: number;
  /** Names of those to start before the others, in this order. */
  readonly first?: readonly string[];
  /** Aborts a start under way; what has started is ended with `stop`. */
  readonly signal: AbortSignal;
}

/** Services that are kept running until `stop`. */
export interface Supervisor extends AsyncDisposable {
  /** Ends them in reverse order of the list, each before the one it may depend on. */
  stop(): Promise<void>;
}

/**
 * Starts services one after the other, each when one before is ready and has begun, and starts again whatever ends.
 *
 * An error of a first start that no retry can mend (`SpillwayError.retry` is false: no nats-server to be found) ends all
 * that has started and is thrown. Every other end, and every failure after a first success, is tried again
 * with back-off, without end.
 */
export async function supervise(
  services: readonly Service[],
  options: SupervisorOptions,
): Promise<Supervisor> {
  const { atOnce = 1, first = [] } = options;
  const keepers = new Map<Service, Keeper>();
  const stop = async () => {
    for (const service of services.toReversed()) await keepers.get(service)?.stop();
  };
  const rank = ({ name }: Service) => (first.includes(name) ? first.indexOf(name) : first.length);
  const starting = new Set<Promise<void>>();
  try {
    for (const service of services.toSorted((a, b) => rank(a) - rank(b))) {
      if (starting.size >= atOnce) await Promise.race(starting);
      const keeper = new Keeper(service, options);
      keepers.set(service, keeper);
      const start = keeper.firstBegun.finally(() => starting.delete(start));
      // Waited for above or below; until then a failure of one while another is waited for is nobody's.
      start.catch(() => {});
      starting.add(start);
    }
    await Promise.all(starting);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, [Symbol.asyncDispose]: stop };
}

/** Keeps one service running. */
class Keeper {
  readonly #service: Service;
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  readonly #firstBegun = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  #running: RunningService | undefined;
  #everReady = false;

  constructor(service: Service, options: SupervisorOptions) {
    this.#service = service;
    this.#options = options;
    this.#ended = this.#keep();
  }

  /** Rejects when the first start fails for good, or is abandoned. */
  get firstBegun(): Promise<void> {
    return this.#firstBegun.promise;
  }

  async stop(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#options.onEvent({ kind: 'stopping', service: this.#service.name });
      this.#stopping.abort();
      await this.#running?.stop();
      await this.#ended;
      this.#options.onEvent({ kind: 'stopped', service: this.#service.name });
    }
    await this.#ended;
  }

  async #keep(): Promise<void> {
    const { backOff, clock, random, onEvent } = this.#options;
    const service = this.#service.name;
    let failures = 0;
    for (;;) {
      // Until the first success the whole start can be abandoned; after it only `stop` ends us.
      const end = this.#everReady
        ? this.#stopping.signal
        : AbortSignal.any([this.#stopping.signal, this.#options.signal]);
      const { readyAt, error } = await this.#runOnce(end);
      if (!this.#everReady && (end.aborted || error?.retry === false))
        return this.#firstBegun.reject(error ?? end.reason);
      if (end.aborted) return;
      const next = nextRestart(backOff, { failures, readyAt }, clock(), random);
      failures = next.failures;
      onEvent({ kind: 'restarting', service, delayMs: next.delayMs, reason: next.reason });
      await pause(next.delayMs, end);
    }
  }

  /** One life of the service, from its start to its end. */
  async #runOnce(end: AbortSignal): Promise<{ readyAt?: Milliseconds; error?: SpillwayError }> {
    const { clock, onEvent } = this.#options;
    const service = this.#service.name;
    try {
      end.throwIfAborted();
      onEvent({ kind: 'starting', service });
      this.#running = await this.#service.start(end);
    } catch (thrown) {
      const error = asSpillwayError(thrown);
      if (!end.aborted) onEvent({ kind: 'failed', service, error });
      return { error };
    }
    const readyAt = clock();
    this.#everReady = true;
    onEvent({ kind: 'ready', service });
    void (this.#running.begun ?? Promise.resolve()).then(() => this.#firstBegun.resolve());
    // `stop` may have come between the last look and the service being ready.
    if (this.#stopping.signal.aborted) await this.#running.stop();
    const exit = await this.#running.exited;
    this.#running = undefined;
    if (!this.#stopping.signal.aborted) onEvent({ kind: 'exited', service, exit });
    return { readyAt };
  }
}
