import { pino } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import { encodeJson } from '../../protocol/message.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorContext, Expected, Outgoing, Published, Stretch } from '../../runtime/actor.ts';
import { memoryEventStore } from './memory-event-store.ts';

/** A context without NATS: what the actor publishes, counts and observes lies open, and publishing can be made to fail. */
export interface FakeContext extends ActorContext, Disposable {
  readonly published: Outgoing[];
  /** Sums by `name` and by `name{label=value,…}`. */
  readonly counts: Map<string, number>;
  readonly observed: Map<string, Milliseconds[]>;
  /** Stands in for JetStream: delay, throw, or return a sequence. The default stores and deduplicates. */
  onPublish: (message: Outgoing) => Promise<Published>;
  /** Stands in for whoever answers: the body of the answer, as its type would encode it. The default knows no answer. */
  onAsk: (message: Outgoing, answer: Expected<unknown>) => Promise<unknown>;
  /** Stands in for a stream that is read. The default knows no NATS. */
  onRead: (...given: Parameters<ActorContext['read']>) => Promise<Stretch<unknown>>;
  /** Stores a message as JetStream would: an identity it has is a duplicate and not stored again. */
  keep(message: Outgoing): Published;
  /** What SIGTERM does. */
  abort(): void;
}

export function fakeContext(overrides: Partial<ActorContext> = {}): FakeContext {
  const stopping = new AbortController();
  const published: Outgoing[] = [];
  const identities = new Map<string, number>();
  const counts = new Map<string, number>();
  const observed = new Map<string, Milliseconds[]>();
  const add = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  const context: FakeContext = {
    experiment: 'test',
    instance: 'test-1',
    dataDirectory: '/nowhere',
    store: { url: 'http://127.0.0.1:1', user: 'nobody', database: 'none' },
    eventStore: memoryEventStore(),
    log: pino({ level: 'silent' }),
    clock: () => Date.now(),
    random: () => 0.5,
    signal: stopping.signal,
    published,
    counts,
    observed,
    onPublish: async message => context.keep(message),
    publish: message => context.onPublish(message),
    onAsk: async (_message, { subject }) => {
      throw new SpillwayError('NOT_ANSWERED', `nobody answers under ${subject}`);
    },
    async ask(message, answer) {
      await context.onPublish(message);
      const body = await context.onAsk(message, answer);
      return answer.type.decode(encodeJson(body));
    },
    onRead: async stream => {
      throw new SpillwayError('NATS_AWAY', `stream ${stream} does not answer`);
    },
    // What is read is what the test says, of whatever type it says it is.
    read: (...given) => context.onRead(...given) as Promise<Stretch<never>>,
    latest: async () => [],
    consumersOf: async () => [],
    deadLetters: async () => [],
    keep(message) {
      const identity = message.type.identity(message.body);
      const sequence = identities.get(identity);
      if (sequence !== undefined) return { sequence, duplicate: true };
      published.push(message);
      identities.set(identity, published.length);
      return { sequence: published.length, duplicate: false };
    },
    count(name, labels = {}, by = 1) {
      add(name, by);
      const inner = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      if (inner.length > 0) add(`${name}{${inner.join(',')}}`, by);
    },
    observe(name, milliseconds) {
      observed.set(name, [...(observed.get(name) ?? []), milliseconds]);
    },
    abort: () => stopping.abort(),
    [Symbol.dispose]: () => stopping.abort(),
    ...overrides,
  };
  return context;
}
