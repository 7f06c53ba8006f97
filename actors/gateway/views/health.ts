import { ActorState, type Health } from '../../../protocol/messages/health.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';

/** An instance that has said nothing for so long is not alive, whatever it said last. */
export const SILENT_AFTER_MS = 15_000;

/** An instance that is gone is forgotten after so long: every start of an actor is an instance of its own. */
const FORGET_AFTER_MS = 10 * 60_000;

/** The last heartbeat of every actor instance. */
export class HealthView {
  readonly #beats = new Map<string, Health>();

  see(beat: Health): void {
    this.#beats.set(`${beat.actor} ${beat.instance}`, beat);
  }

  /** By actor; `alive` is false for those that stopped, or fell silent. */
  list(now: Milliseconds): { readonly beat: Health; readonly alive: boolean }[] {
    for (const [key, { at }] of this.#beats)
      if (now - eventTimeToMs(at) > FORGET_AFTER_MS) this.#beats.delete(key);
    return [...this.#beats.values()]
      .map(beat => ({
        beat,
        alive: beat.state !== ActorState.stopped && now - eventTimeToMs(beat.at) <= SILENT_AFTER_MS,
      }))
      .toSorted((a, b) => (a.beat.actor < b.beat.actor ? -1 : 1));
  }
}
