import { pedestal } from '../../protocol/messages/pedestal.ts';
import { rawEvent } from '../../protocol/messages/raw-event.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { ActorContext } from '../../runtime/actor.ts';
import { type NamedBody, type Reference, runKey } from './known.ts';

/** Questions asked at once. */
const AT_A_TIME = 8;

type Streams = Pick<ActorContext, 'experiment' | 'latest'>;

/** What messages say of bodies, asked once for each body and remembered while it is there. Nothing of it survives, or has to. */
export class References {
  readonly #streams: Streams;
  readonly #known = new Map<string, Reference>();
  readonly #pedestalsMade = new Set<string>();

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  get known(): ReadonlyMap<string, Reference> {
    return this.#known;
  }

  get pedestalsMade(): ReadonlySet<string> {
    return this.#pedestalsMade;
  }

  /** Asks for everything about these bodies that is not known, and forgets all others. @throws SpillwayError NATS_AWAY */
  async learn(bodies: readonly NamedBody[], signal?: AbortSignal): Promise<void> {
    const names = new Set(bodies.map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const unknown = bodies.filter(({ name, what }) => what?.kind === 'event' && !this.#known.has(name));
    await this.ask(unknown, signal);
    await this.#askForPedestals(bodies, signal);
  }

  /** Asks for the references of these events, known or not: one that was replayed has another place. @throws SpillwayError NATS_AWAY */
  async ask(bodies: readonly NamedBody[], signal?: AbortSignal): Promise<void> {
    await eachOf(bodies, signal, async body => {
      const reference = await this.#find(body);
      if (reference) this.#known.set(body.name, reference);
      else this.#known.delete(body.name);
    });
  }

  async #find({ name, what }: NamedBody): Promise<Reference | undefined> {
    if (what?.kind !== 'event') return undefined;
    // Where other bytes had its own name already, an event's body has the name of a later copy.
    for (let copy = what.copy; copy >= 0; copy--) {
      const subject = subjects.rawEvent(this.#streams.experiment, { ...what, copy });
      const [message] = await this.#streams.latest(rawEvent, subject);
      // The same detector at another site has the subject too, and other bodies.
      if (message?.body.body.name === name)
        return { sequence: message.sequence, subject, pedestal: message.body.runOf.pedestal };
    }
    return undefined;
  }

  async #askForPedestals(bodies: readonly NamedBody[], signal: AbortSignal | undefined): Promise<void> {
    const runs = new Map(
      bodies.flatMap(({ name, what }) =>
        what?.kind === 'event' && this.#known.get(name)?.pedestal ? [[runKey(what), what] as const] : [],
      ),
    );
    for (const key of this.#pedestalsMade) if (!runs.has(key)) this.#pedestalsMade.delete(key);
    const unknown = [...runs].filter(([key]) => !this.#pedestalsMade.has(key));
    await eachOf(unknown, signal, async ([key, { detector, run }]) => {
      const wanted = subjects.pedestalsOfRun(this.#streams.experiment, detector, run);
      const made = (await this.#streams.latest(pedestal, wanted)).map(({ body }) => body);
      const cameras = new Set(made.map(({ camera }) => camera));
      if (made.some(one => one.cameras.every(camera => cameras.has(camera)))) this.#pedestalsMade.add(key);
    });
  }
}

async function eachOf<T>(
  all: readonly T[],
  signal: AbortSignal | undefined,
  ask: (one: T) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < all.length; first += AT_A_TIME) {
    signal?.throwIfAborted();
    await Promise.all(all.slice(first, first + AT_A_TIME).map(ask));
  }
}
