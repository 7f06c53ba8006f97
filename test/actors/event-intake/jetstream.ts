import type { MessageType } from '../../../protocol/message.ts';
import type { Delivered, Outgoing, Published, StreamId, Stretch } from '../../../runtime/actor.ts';
import { type FakeContext, fakeContext } from '../../helpers/fake-context.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';

/** What outlives an actor: the streams, with JetStream's rules for what is stored twice, and the event store. */
export class World {
  readonly eventStore: ReturnType<typeof memoryEventStore>;
  readonly #stored: (Delivered<unknown> & { readonly outgoing: Outgoing })[] = [];
  readonly #identities = new Map<string, number>();
  readonly #subjects = new Map<string, number>();

  constructor(maxBytes: number | null = null) {
    this.eventStore = memoryEventStore(maxBytes);
  }

  keep(outgoing: Outgoing): Published {
    const { type, body } = outgoing;
    const subject = type.subject('test', body);
    const identity = `${type.stream} ${type.identity(body)}`;
    const first = type.unique ? this.#subjects.get(subject) : this.#identities.get(identity);
    if (first !== undefined) return { sequence: first, duplicate: true };
    const sequence = this.#stored.length + 1;
    this.#identities.set(identity, sequence);
    this.#subjects.set(subject, sequence);
    this.#stored.push({
      outgoing,
      type: type.type,
      // As it would come back.
      body: type.decode(type.encode(body)),
      identity: type.identity(body),
      stream: `${type.stream}@1`,
      sequence,
      storedAt: sequence,
      subject,
      hops: [],
    });
    return { sequence, duplicate: false };
  }

  /** Forgets identities, as JetStream does after a while; subjects it never forgets. */
  forgetIdentities(): void {
    this.#identities.clear();
  }

  /** Everything of these kinds, in the order in which it was stored. */
  all<Body>(...types: readonly MessageType<Body>[]): Body[] {
    return this.#stored
      .filter(({ type }) => types.some(one => one.type === type))
      .map(({ body }) => body as Body);
  }

  /** Subjects and bodies of everything, in order. */
  get log(): string[] {
    return this.#stored.map(({ subject, body }) => `${subject} ${JSON.stringify(body)}`);
  }

  /** A life of an actor in this world. */
  context(): FakeContext {
    const context = fakeContext({
      eventStore: this.eventStore,
      latest: async (type, space) => this.#latest(type, space),
    });
    context.onPublish = async message => this.keep(message);
    context.onRead = async (stream, types, { after, limit }): Promise<Stretch<unknown>> => ({
      stream: `${stream}@1` as StreamId,
      first: 1,
      last: this.#stored.length,
      through: Math.min(after + limit, this.#stored.length),
      messages: this.#stored.filter(
        ({ type, sequence }) =>
          types.some(one => one.type === type) && sequence > after && sequence <= after + limit,
      ),
    });
    return context;
  }

  #latest<Body>(type: MessageType<Body>, space: string): Delivered<Body>[] {
    const pattern = new RegExp(
      `^${space.replaceAll('.', String.raw`\.`).replaceAll('*', String.raw`[^.]+`).replace(/>$/, '.+')}$`,
    );
    const last = new Map<string, Delivered<unknown>>();
    for (const message of this.#stored)
      if (message.type === type.type && pattern.test(message.subject)) {
        last.delete(message.subject);
        last.set(message.subject, message);
      }
    return [...last.values()] as Delivered<Body>[];
  }
}
