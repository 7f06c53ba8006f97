import { asSpillwayError, SpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { ActorContext } from '../../../runtime/actor.ts';
import { type BackOff, backOffMs, pause } from '../../../runtime/host/back-off.ts';

/** While something stays away, the log says so once in so long. */
const REMIND_MS = 60_000;

/** Does things again, without end, while doing them again may help: an outage makes the source wait, and loses nothing. */
export class Patience {
  readonly #context: Pick<ActorContext, 'clock' | 'random' | 'log' | 'count'>;
  readonly #backOff: BackOff;
  readonly #signal: AbortSignal;
  /** What is being tried again now. */
  readonly #failing = new Set<symbol>();
  #toldAt: Milliseconds | undefined;

  constructor(
    context: Pick<ActorContext, 'clock' | 'random' | 'log' | 'count'>,
    backOff: BackOff,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#backOff = backOff;
    this.#signal = signal;
  }

  /** Whether anything had to be tried again and has not come off yet. */
  get waiting(): boolean {
    return this.#failing.size > 0;
  }

  /**
   * @throws what `attempt` throws where trying again is no use, and the signal's reason once it has aborted
   */
  async keepTrying<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const mine = Symbol(what);
    try {
      for (let attempts = 1; ; attempts++) {
        this.#signal.throwIfAborted();
        try {
          const result = await attempt();
          this.#succeeded(mine);
          return result;
        } catch (thrown) {
          this.#signal.throwIfAborted();
          if (!mayPass(thrown)) throw thrown;
          const error = asSpillwayError(thrown);
          this.#failing.add(mine);
          this.#context.count('tried_again', { code: error.code });
          this.#tell(what, error.code, error.message);
          await pause(backOffMs(this.#backOff, attempts, this.#context.random), this.#signal);
        }
      }
    } finally {
      this.#failing.delete(mine);
    }
  }

  #succeeded(mine: symbol): void {
    if (!this.#failing.delete(mine) || this.#failing.size > 0) return;
    this.#context.log.info('going on');
    this.#toldAt = undefined;
  }

  #tell(what: string, code: string, message: string): void {
    const now = this.#context.clock();
    if (this.#toldAt !== undefined && now - this.#toldAt < REMIND_MS) return;
    this.#toldAt = now;
    this.#context.log.warn({ code }, `waiting with ${what}: ${message}`);
  }
}

/** Outages, and what the operating system gives for a reason: a directory that is not there, a disk that does not answer. */
const mayPass = (thrown: unknown): boolean =>
  thrown instanceof SpillwayError ? thrown.retry : thrown instanceof Error && 'errno' in thrown;
