import { ActorState, type Health } from '../protocol/messages/health.ts';
import type { Milliseconds } from '../protocol/time.ts';

/** Whether an actor has nothing to do: nothing waits, nothing is in hand, and nothing was done since its last heartbeat. */
const isIdle = ({ state, lanes }: Health): boolean =>
  state === ActorState.running && lanes.every(({ lag, rate }) => lag === 0 && rate === 0);

/** Says when actors have had nothing to do for so long: for jobs that are to end by themselves. */
export class UntilIdle {
  readonly #forMs: Milliseconds;
  readonly #isReachable: () => Promise<boolean>;
  readonly #now: () => Milliseconds;
  /** When each actor was last known to have something to do, or not known to have nothing. */
  readonly #busyAt: Map<string, Milliseconds>;
  readonly #ended = new AbortController();

  /**
   * @param isReachable whether JetStream answers: while it does not, nobody knows what there is to do
   * @param now of a clock that nobody sets
   */
  constructor(
    actors: readonly string[],
    forMs: Milliseconds,
    isReachable: () => Promise<boolean>,
    now: () => Milliseconds = () => performance.now(),
  ) {
    this.#forMs = forMs;
    this.#isReachable = isReachable;
    this.#now = now;
    this.#busyAt = new Map(actors.map(name => [name, now()]));
  }

  /** Aborts when it is time to end. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Takes a heartbeat. */
  async saw(health: Health): Promise<void> {
    if (!isIdle(health) || !(await this.#isReachable())) this.#busyAt.set(health.actor, this.#now());
    if (this.#now() - Math.max(...this.#busyAt.values()) >= this.#forMs) this.#ended.abort();
  }
}
