import { type Health, health } from '../../protocol/messages/health.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import type { Fault } from './fault.ts';
import { STORE } from './fault.ts';

/** Lanes that are no more than this behind are well: some seconds of a campaign's beam. */
const BEHIND = 100;

interface Beat {
  readonly health: Health;
  /** By the monotonic clock of the harness: those of others may be wrong. */
  readonly heardAt: number;
}

/** The latest sign of life of every actor. */
export class Beats implements Disposable {
  readonly #beats = new Map<string, Beat>();
  readonly #close: () => void;

  constructor(nats: Nats) {
    const subscription = nats.connection.subscribe(subjects.ofStream(nats.experiment, 'HEALTH'), {
      callback: (error, message) => {
        const beat = error ? undefined : decoded(message.data);
        if (beat) this.#beats.set(beat.actor, { health: beat, heardAt: performance.now() });
      },
    });
    this.#close = () => subscription.unsubscribe();
  }

  /**
   * Whether actors are well again: each has said since then that it runs, and that no lane of it is far behind.
   * @param since `performance.now()`
   * @param gone pid of a process that was killed, whose words do not count
   */
  well(actors: readonly string[], since: number, gone?: number): boolean {
    return this.unwell(actors, since, gone).length === 0;
  }

  unwell(actors: readonly string[], since: number, gone?: number): string[] {
    return actors.filter(name => {
      const beat = this.#beats.get(name);
      return !(
        beat &&
        beat.heardAt > since &&
        beat.health.pid !== gone &&
        beat.health.state === 'running' &&
        beat.health.lanes.every(({ lag }) => lag <= BEHIND)
      );
    });
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}

function decoded(bytes: Uint8Array): Health | undefined {
  try {
    return health.decode(bytes);
  } catch {
    // Poison.
    return undefined;
  }
}

/** Whom a fault touches. */
export function touched(fault: Fault, actors: readonly string[]): readonly string[] {
  if ('process' in fault)
    return fault.process === STORE || !actors.includes(fault.process) ? actors : [fault.process];
  if (!('links' in fault)) return actors;
  const ends = fault.links.flatMap(name => name.split('>'));
  return actors.filter(name => ends.includes(name));
}
