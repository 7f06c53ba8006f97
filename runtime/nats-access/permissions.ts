import { STREAMS, type StreamName, subjects } from '../../protocol/subjects.ts';
import type { ActorDefinition } from '../actor.ts';
import { bucketName } from '../event-store/jetstream/bucket.ts';
import { stateBucket, stateStream } from '../host/state-bucket.ts';
import { serverName } from '../host/streams.ts';
import { inboxPrefix, OPERATOR } from './user.ts';

/** What of an actor's declaration says what it may do. */
export type Declared = Pick<ActorDefinition<unknown>, 'name' | 'consumes' | 'produces' | 'eventStore'>;

/** What a user of NATS may do, as the server's configuration has it: subjects with wildcards, `deny` before `allow`. */
export interface Permissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
}

/** What the host stores in the name of the actor that it runs, under a subject that is the actor's own. */
const BY_RUNTIME: Partial<Record<StreamName, (experiment: string, actor: string) => string>> = {
  HEALTH: subjects.healthOf,
  DEAD: subjects.dead,
  TIMER: subjects.timer,
  LEDGER: subjects.ledgerGap,
};

/**
 * What an actor may do in NATS, from what it declares: store in the streams that it produces, read those and the ones that it
 * consumes, and keep what is its own. It makes, changes and deletes no stream.
 * @param others every actor there is: their consumers and their state are not for this one
 */
export function permissions(actor: Declared, others: readonly Declared[], experiment: string): Permissions {
  const { name, consumes, produces } = actor;
  const readable = [...new Set([...consumes, ...produces])];
  const strangers = others.filter(other => other.name !== name);
  return {
    publish: {
      allow: [
        ...produces.map(stream => subjects.ofStream(experiment, stream)),
        ...storedByRuntime(actor, experiment),
        // What every client asks when it connects: whether JetStream is there, and which streams are.
        '$JS.API.INFO',
        '$JS.API.STREAM.NAMES',
        ...readable.flatMap(stream => readingOf(serverName(experiment, stream))),
        ...stateOf(experiment, name),
        ...bodies(actor, bucketName(experiment)),
      ],
      deny: strangers.flatMap(stranger =>
        stranger.consumes
          .filter(stream => readable.includes(stream))
          .flatMap(stream => consumerOf(serverName(experiment, stream), stranger.name)),
      ),
    },
    subscribe: {
      allow: [
        `${inboxPrefix(experiment, name)}.>`,
        ...readable.map(stream => subjects.ofStream(experiment, stream)),
      ],
    },
  };
}

/** What operators may do: everything within the experiment, but hear the answers that others get. */
export const operatorPermissions = (experiment: string): Permissions => ({
  publish: {
    allow: [
      `${experiment}.>`,
      '$JS.API.>',
      '$JS.ACK.>',
      `$KV.${stateBucket(experiment)}.>`,
      `$O.${bucketName(experiment)}.>`,
    ],
  },
  subscribe: { allow: [`${inboxPrefix(experiment, OPERATOR)}.>`, `${experiment}.>`] },
});

function storedByRuntime({ name, consumes }: Declared, experiment: string): string[] {
  return (Object.keys(BY_RUNTIME) as StreamName[])
    .filter(stream => (STREAMS[stream].producers as readonly string[]).includes('runtime'))
    .filter(stream => stream !== 'TIMER' || consumes.includes(stream))
    .flatMap(stream => BY_RUNTIME[stream]?.(experiment, name) ?? []);
}

/** Looking at a stream, and reading it through consumers. */
const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
  `$JS.API.CONSUMER.LIST.${stream}`,
  ...consumerOf(stream, '*'),
  `$JS.API.CONSUMER.INFO.${stream}.*`,
];

/** Making a consumer, taking from it, telling it what is done, deleting it. */
const consumerOf = (stream: string, consumer: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${consumer}`,
  // With a filter, which the server compares with the request.
  `$JS.API.CONSUMER.CREATE.${stream}.${consumer}.>`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
  `$JS.API.CONSUMER.DELETE.${stream}.${consumer}`,
  `$JS.ACK.${stream}.${consumer}.>`,
  // As servers with a domain or other accounts write it.
  `$JS.ACK.*.*.${stream}.${consumer}.>`,
];

/** Writing its own keys of the bucket of states. Reading asks the leader, which knows no rights by key. */
const stateOf = (experiment: string, actor: string): string[] => [
  `$KV.${stateBucket(experiment)}.${actor}.>`,
  `$JS.API.STREAM.INFO.${stateStream(experiment)}`,
  `$JS.API.STREAM.MSG.GET.${stateStream(experiment)}`,
];

/** Whoever puts bodies clears up after a put that failed, which JetStream calls a purge. */
function bodies({ eventStore }: Declared, bucket: string): string[] {
  if (eventStore === undefined) return [];
  const stream = `OBJ_${bucket}`;
  return eventStore === 'read'
    ? readingOf(stream)
    : [...readingOf(stream), `$O.${bucket}.>`, `$JS.API.STREAM.PURGE.${stream}`];
}
