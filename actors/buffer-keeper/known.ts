import type { BodyName } from '../../protocol/body-names.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ConsumerProgress } from '../../runtime/actor.ts';
import type { KeptBody } from '../../runtime/event-store/event-store.ts';

/** A body with what its name says; nothing where nobody here gives such names. */
export interface NamedBody extends KeptBody {
  readonly what: BodyName | undefined;
}

/** The last message of EVENT that speaks of a body. */
export interface Reference {
  readonly sequence: number;
  readonly subject: string;
  /** An event of a run that a pedestal is to be made of. */
  readonly pedestal: boolean;
}

/** What is known of everything that there is, at one moment. */
export interface Known {
  readonly bodies: readonly NamedBody[];
  /** By the name of the body. */
  readonly references: ReadonlyMap<string, Reference>;
  /** Every durable consumer of EVENT. */
  readonly consumers: readonly ConsumerProgress[];
  /** Subjects of events that somebody gave up on, and whose dead letter is still there. */
  readonly failed: ReadonlySet<string>;
  /** Pedestal runs, by `runKey`, of which there is for every camera a pedestal, or the reason why there is none. */
  readonly pedestalsMade: ReadonlySet<string>;
}

export interface Policy {
  /** Must exist before anything counts as read. */
  readonly consumers: readonly string[];
  /** Nothing waits for these. */
  readonly ignore: readonly string[];
  readonly ageMs: Milliseconds;
  /** Null for no limit. */
  readonly maxBytes: number | null;
  readonly mapsMs: Milliseconds;
  readonly unreferencedMs: Milliseconds;
}

export const runKey = ({ detector, run }: { readonly detector: string; readonly run: number }): string =>
  `${detector}/${run}`;

/** The actor that a durable consumer belongs to: `sentinel` of `sentinel` and of `sentinel--<lane>`. */
export const actorOf = (consumer: string): string => consumer.split('--')[0] ?? consumer;
