import { SpillwayError } from '../../protocol/errors.ts';
import { wake } from '../../protocol/messages/wake.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import type { LaneHost } from './lane.ts';
import { publish } from './publish.ts';
import type { ServerTime } from './server-time.ts';

/** Least time between two wakes, also of a fold that asks for a time gone by. */
const FLOOR_MS = 20;

/** A wake that could not be stored is tried again after this time. */
const RETRY_MS = 500;

/** The longest that a timer of Node takes, rounded down. */
const LONGEST_MS = 2 ** 31 - 1;

/** A wake that is stored: the time it was for, and its place in TIMER. */
export interface Woken {
  readonly at: Milliseconds;
  readonly sequence: number;
}

/**
 * The time of the next wake; undefined for none. While the last one has not been handled there is none: what is due will
 * be done by it. One that was handled and found nothing due, by whatever clocks, is followed by another a little later.
 *
 * @param handled last sequence of TIMER that the fold has handled
 */
export function nextWake(
  wanted: Milliseconds | undefined,
  last: Woken | undefined,
  handled: number,
): Milliseconds | undefined {
  if (wanted === undefined || (last && handled < last.sequence)) return undefined;
  return last && wanted < last.at + FLOOR_MS ? last.at + FLOOR_MS : wanted;
}

/**
 * Publishes a fold's wakes when the server's clock comes to them. Keeps nothing: after a restart the recovered state is
 * asked again, and a wake that an earlier life had stored is known by its identity.
 */
export class Waker implements Disposable {
  readonly #host: LaneHost;
  readonly #serverTime: ServerTime;
  #wanted: Milliseconds | undefined;
  #handled = 0;
  #last: Woken | undefined;
  #timer: NodeJS.Timeout | undefined;
  #publishing = false;

  constructor(host: LaneHost, serverTime: ServerTime) {
    this.#host = host;
    this.#serverTime = serverTime;
  }

  /**
   * @param wanted when the state wants to be woken
   * @param handled last sequence of TIMER that the fold has handled
   */
  ask(wanted: Milliseconds | undefined, handled: number): void {
    this.#wanted = wanted;
    this.#handled = handled;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#wanted = undefined;
    clearTimeout(this.#timer);
  }

  #arm(leastMs = 0): void {
    clearTimeout(this.#timer);
    const at = nextWake(this.#wanted, this.#last, this.#handled);
    if (at === undefined || this.#publishing) return;
    const waitMs = Math.max(leastMs, at - this.#serverTime.now());
    if (waitMs > 0) this.#timer = setTimeout(() => this.#arm(), Math.min(waitMs, LONGEST_MS));
    else void this.#wake(at);
  }

  async #wake(at: Milliseconds): Promise<void> {
    const { nats, actor, clock, signal, log } = this.#host;
    this.#publishing = true;
    try {
      const body = { actor, at: eventTimeFromMs(at) };
      const hops = [[actor, clock()]] as const;
      const { sequence } = await publish(nats, { type: wake, body }, hops, { deadlineMs: 5_000, signal });
      this.#last = { at, sequence };
      this.#publishing = false;
      this.#arm();
    } catch (thrown) {
      this.#publishing = false;
      if (signal.aborted) return;
      const code = thrown instanceof SpillwayError ? thrown.code : 'UNKNOWN';
      log.warn({ code, err: thrown }, 'a wake could not be stored; trying again');
      this.#arm(RETRY_MS);
    }
  }
}
