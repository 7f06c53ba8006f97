import { type Wake, wake } from '../../../protocol/messages/wake.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Delivered, Outgoing } from '../../../runtime/actor.ts';
import type { EngineMessage } from '../engine/engine.ts';
import { step, wakeAt } from '../engine/engine.ts';
import { type EngineState, initialState } from '../engine/state.ts';

/** What a played engine says, and when. */
export interface Said {
  readonly at: Milliseconds;
  readonly output: Outgoing;
}

/** A wake that finds nothing due asks for the same moment again: the next one comes so much later. */
const LEAST_SLEEP_MS = 100;

/**
 * The engine on messages of the past: its own fold, and time that goes as fast as they come. Between two messages it is
 * woken whenever it asks to be, as the runtime would.
 */
export class Player {
  #state: EngineState = initialState;
  #now: Milliseconds = Number.NEGATIVE_INFINITY;

  get state(): EngineState {
    return this.#state;
  }

  /** Takes a message in. Messages come in the order of their storage. */
  take(message: Delivered<EngineMessage>): Said[] {
    const at = Math.max(message.storedAt, this.#now);
    const before = this.#sleepUntil(at);
    return [...before, ...this.#step({ ...message, storedAt: at })];
  }

  /** Lets time pass. */
  passUntil(end: Milliseconds): Said[] {
    const said = this.#sleepUntil(end);
    this.#now = Math.max(this.#now, end);
    return said;
  }

  #sleepUntil(end: Milliseconds): Said[] {
    const said: Said[] = [];
    for (let woken = this.#now; ; woken += LEAST_SLEEP_MS) {
      const due = wakeAt(this.#state);
      if (due === undefined) return said;
      woken = Math.max(woken, due);
      if (woken >= end) return said;
      said.push(...this.#step(wakeMessage(woken)));
    }
  }

  #step(message: Delivered<EngineMessage>): Said[] {
    const { state, outputs } = step(this.#state, message);
    this.#state = state;
    this.#now = message.storedAt;
    return outputs.map(output => ({ at: message.storedAt, output }));
  }
}

const wakeMessage = (at: Milliseconds): Delivered<Wake> =>
  past(wake.type, { actor: 'alarm-engine', at: eventTimeFromMs(at) }, at);

/** A message as it was, or as if it had been, delivered at a moment of the past. */
export const past = <Body>(type: string, body: Body, storedAt: Milliseconds): Delivered<Body> => ({
  type,
  body,
  identity: '',
  stream: 'BEAM@0',
  sequence: 0,
  storedAt,
  subject: '',
  hops: [],
});
