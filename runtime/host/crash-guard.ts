import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { MAX_BATCH, type StreamId } from '../actor.ts';
import type { LaneHost, LaneProgress } from './lane.ts';
import { laneKey, StateCell } from './state.ts';

/** Deaths of the process without progress before the lane looks for the message that kills it. */
const DEATHS = 3;

/** Deaths with one and the same message in hand before it is condemned. */
const TRIES = 3;

/** Messages handled one by one before the lane trusts the stream again: what killed it was in a batch. */
const STEPS = MAX_BATCH;

const Start = z.object({
  /** How far the lane had come, by what can be seen of its effects. */
  reached: z.string(),
  /** Starts from there that ended without a word. */
  deaths: z.int().min(0),
  /** The one message in hand, `<stream>:<sequence>`, where the lane goes one by one; empty for none. */
  suspect: z.string(),
  /** How often it has been in hand. */
  tries: z.int().min(0),
});
type Start = z.infer<typeof Start>;

/**
 * Finds the message that kills its actor: not by an exception, which the lane sees, but by taking the process with it
 * (memory, an endless loop that a watchdog ends, a fault in native code). A lane that died several times without
 * progress goes one by one and writes down which message it has in hand; one that it has died on several times,
 * alone, is condemned.
 *
 * Being killed by an operator looks the same, which is why it takes so many deaths at one place. An outage is no death: it ends in an
 * exception or a clean stop, and both are told to `survived`.
 */
export class CrashGuard {
  readonly #cell: StateCell<Start | undefined>;
  readonly #last: Start;
  #steps: number;

  private constructor(cell: StateCell<Start | undefined>, last: Start) {
    this.#cell = cell;
    this.#last = last;
    this.#steps = last.deaths >= DEATHS ? STEPS : 0;
  }

  /** @param reached what can be seen of the lane's effects: another text whenever there is more of them */
  static async open(
    host: LaneHost,
    { stream, restarted }: LaneProgress,
    reached: string,
  ): Promise<CrashGuard> {
    // What another version of Spillway wrote down says nothing: counting begins again.
    const cell = new StateCell(
      host.nats.state,
      laneKey(host.actor, stream, host.lane, 'start'),
      Start.optional().catch(undefined),
    );
    const found = await cell.read();
    // A lane that starts again in the same process has not died.
    const start = begin(restarted ? undefined : found, reached);
    await cell.write(start);
    return new CrashGuard(cell, start);
  }

  /** Whether messages must be taken one by one. */
  get stepping(): boolean {
    return this.#steps > 0;
  }

  /** The error to give up a message with, if it has killed its actor again and again. */
  verdict(stream: StreamId, sequence: number): SpillwayError | undefined {
    const { suspect, tries, deaths } = this.#last;
    if (`${stream}:${sequence}` !== suspect || tries < TRIES) return undefined;
    return new SpillwayError(
      'ACTOR_CRASHED',
      `the actor died ${deaths} times, ${tries} of them with this message in hand`,
    );
  }

  /** Writes down the message about to be handled, where that matters. */
  async handling(reached: string, stream: StreamId, sequence: number): Promise<void> {
    if (!this.stepping) return;
    const { deaths, suspect, tries } = this.#last;
    const inHand = `${stream}:${sequence}`;
    await this.#cell.write({ reached, deaths, suspect: inHand, tries: inHand === suspect ? tries + 1 : 1 });
    this.#steps--;
  }

  /** The lane can still tell of itself: whatever it has in hand has not killed it. */
  async survived(reached: string): Promise<void> {
    await this.#cell.write({ reached, deaths: 0, suspect: '', tries: 0 });
  }
}

/** This start, by what the last one wrote down: another death of the same kind, or a new beginning. */
export function begin(last: Start | undefined, reached: string): Start {
  return last?.reached === reached
    ? { ...last, deaths: last.deaths + 1 }
    : { reached, deaths: 0, suspect: '', tries: 0 };
}
