import type { ActorContext } from '../actor.ts';
import { ask } from './ask.ts';
import { consumersOf } from './consumers-of.ts';
import type { HostOptions } from './host.ts';
import { latest } from './last-per-subject.ts';
import { lettersSince } from './letters-since.ts';
import { publish } from './publish.ts';
import { readStretch } from './read-stretch.ts';
import type { Statistics } from './statistics.ts';

/** How long `context.publish` keeps trying before the producer is told that nothing was stored. */
const PUBLISH_DEADLINE_MS = 5_000;

/** What an actor may use of the world, as the host has it. */
export function contextOf(actor: string, options: HostOptions, statistics: Statistics): ActorContext {
  return {
    experiment: options.nats.experiment,
    instance: options.instance,
    dataDirectory: options.dataDirectory,
    store: options.store,
    eventStore: options.eventStore,
    log: options.log,
    clock: options.clock,
    random: options.random,
    signal: options.signal,
    publish: message =>
      publish(options.nats, message, [...(message.hops ?? []), [actor, options.clock()]], {
        deadlineMs: PUBLISH_DEADLINE_MS,
        signal: options.signal,
      }),
    ask: (message, answer) =>
      ask(options.nats, message, [...(message.hops ?? []), [actor, options.clock()]], answer, options.signal),
    read: (stream, types, range) => readStretch(options.nats, stream, types, range),
    latest: (type, subjects) => latest(options.nats, type, subjects),
    consumersOf: stream => consumersOf(options.nats, stream),
    deadLetters: since => lettersSince(options.nats, since),
    count: (name, labels, by) => statistics.count(name, labels, by),
    observe: (name, milliseconds) => statistics.observe(name, milliseconds),
  };
}
