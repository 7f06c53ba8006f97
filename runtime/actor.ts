import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Hops, MessageType } from '../protocol/message.ts';
import type { DeadLetter } from '../protocol/messages/dead-letter.ts';
import type { StreamName } from '../protocol/subjects.ts';
import type { Clock, Milliseconds } from '../protocol/time.ts';
import type { EventStore } from './event-store/event-store.ts';
import type { StoreOptions } from './store/connection.ts';

/**
 * The actor contract, whole. An actor is a named unit that consumes some messages and produces others.
 * It never sees the NATS client: the host (`runtime/host/`) reads, orders, retries, publishes, acknowledges,
 * snapshots, dead-letters and reports for it.
 */
export interface ActorDefinition<Config> {
  readonly name: string;
  readonly summary: string;
  readonly consumes: readonly StreamName[];
  readonly produces: readonly StreamName[];
  /** Those of `consumes` that it only looks on: nothing waits for it. */
  readonly watches?: readonly StreamName[];
  /** What it may do with the event store: nothing when left out. Whoever writes also reads and removes. */
  readonly eventStore?: 'read' | 'write';
  /** Schema of the actor's section of the configuration file; every field has a default or a message. */
  readonly config: z.ZodType<Config>;
  /** Reads the files that the section names, for `spillway check`. @throws SpillwayError with a line per problem. */
  check?(config: Config): Promise<void>;
  /** Called once per start. Acquire what is needed; throwing here makes the host try again with back-off. */
  start(config: Config, context: ActorContext): Promise<RunningActor>;
}

/** A started actor: the lanes the host feeds, and how to let go of what `start` acquired. */
export interface RunningActor extends AsyncDisposable {
  readonly lanes: readonly Lane[];
  /** What the heartbeat tells beside the host's own figures: numbers by name, as they are now, e.g. registrations. */
  health?(): Record<string, number>;
  /** Rejects when the actor cannot go on; the host then starts it again with back-off. */
  readonly failed?: Promise<never>;
}

/** What an actor may use of the world. */
export interface ActorContext {
  readonly experiment: string;
  readonly instance: string;
  /** Directory for this installation's files; actors make their own folder below it. */
  readonly dataDirectory: string;
  /** The time-series store, for actors that write to it or read from it. */
  readonly store: StoreOptions;
  /** Bodies that are too large for a message. Connected to when it is first used. */
  readonly eventStore: EventStore;
  readonly log: Logger;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Aborts when the actor must stop; what is in hand may be finished within the drain deadline. */
  readonly signal: AbortSignal;
  /** Stores a message. Resolves only after JetStream has it: accepted means kept. */
  publish<Body>(message: Outgoing<Body>): Promise<Published>;
  /**
   * Stores a command and waits for what becomes of it.
   * @param answer how the answer is read and the subject it comes under
   * @throws SpillwayError NOT_ANSWERED when the command is stored and nobody has answered in time; PUBLISH_FAILED when it
   *   is not stored. Asking again with the same identity is safe: the answer that was missed is found.
   */
  ask<Body, Answer>(message: Outgoing<Body>, answer: Expected<Answer>): Promise<Answer>;
  /**
   * What a stream holds after a sequence, for whoever must tell others what they have missed.
   * @param range `limit`: sequences looked at, at most
   * @throws SpillwayError NATS_AWAY
   */
  read<Body>(
    stream: StreamName,
    types: readonly MessageType<Body>[],
    range: { readonly after: number; readonly limit: number },
  ): Promise<Stretch<Body>>;
  /**
   * The last message of each subject that fits, oldest first.
   * @param subjects a NATS wildcard, from `protocol/subjects.ts`
   * @throws SpillwayError NATS_AWAY
   */
  latest<Body>(type: MessageType<Body>, subjects: string): Promise<readonly Delivered<Body>[]>;
  /** How far whoever reads a stream and keeps its place has come: work and batch lanes, and consumers from outside. @throws SpillwayError NATS_AWAY */
  consumersOf(stream: StreamName): Promise<readonly ConsumerProgress[]>;
  /**
   * What actors have given up on since a time, and nobody has replayed or forgotten yet: a consumer is done with such a message
   * too. Asked for after `consumersOf`, it lacks none of what that says is done. @throws SpillwayError NATS_AWAY
   */
  deadLetters(since: Milliseconds): Promise<readonly DeadLetter[]>;
  /** Counts into the metrics and the heartbeat, e.g. `count('refused', { reason: 'HOST_REFUSED' })`. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** Adds to a latency histogram (milliseconds) of the metrics and the heartbeat. */
  observe(name: string, milliseconds: number): void;
}

export interface Outgoing<Body = unknown> {
  readonly type: MessageType<Body>;
  readonly body: Body;
  /** Hops so far; the host adds its own. */
  readonly hops?: Hops;
}

/** Where an answer comes from, and how long it may take. */
export interface Expected<Answer> {
  readonly type: MessageType<Answer>;
  readonly subject: string;
  /** Tells the answer from others, where the subject is not this question's own. */
  is?(answer: Answer): boolean;
  readonly timeoutMs: Milliseconds;
}

export interface Published {
  readonly sequence: number;
  /** True when JetStream already had a message of this identity, or of this subject where the type is `unique`. */
  readonly duplicate: boolean;
}

/** One message as an actor receives it. */
export interface Delivered<Body> {
  /** Name and version of the body's kind, e.g. `readings/1`, for lanes that take several. */
  readonly type: string;
  readonly body: Body;
  /** Equal for the same fact, however often it was told. */
  readonly identity: string;
  readonly stream: StreamId;
  readonly sequence: number;
  /** When JetStream stored it. */
  readonly storedAt: Milliseconds;
  readonly subject: string;
  readonly hops: Hops;
  /** Where it stood first, if an operator has replayed it: an effect it had then must not happen again. */
  readonly origin?: { readonly stream: StreamId; readonly sequence: number };
}

/** A durable consumer of a stream. That of a batch lane is not there for a moment while its actor starts. */
export interface ConsumerProgress {
  /** Name in JetStream, e.g. of the actor. */
  readonly name: string;
  /** Subjects it takes; empty for all. */
  readonly subjects: readonly string[];
  /** It is done with every message up to this sequence. */
  readonly doneThrough: number;
  /** Messages it has not been given yet. */
  readonly waiting: number;
}

/** A part of a stream. */
export interface Stretch<Body> {
  readonly stream: StreamId;
  /** Of what the stream still holds; what was before it has gone. */
  readonly first: number;
  /** The last that it has given: whoever wants the end of a stream asks twice. */
  readonly last: number;
  /** Up to and with this sequence `messages` are all there are of their types. */
  readonly through: number;
  readonly messages: readonly Delivered<Body>[];
}

/** `<name>@<created, ms>`: a stream that was deleted and made anew is another stream. */
export type StreamId = `${StreamName}@${number}`;

/**
 * How an actor consumes streams, each in stream order but for work lanes.
 *
 * A **fold** decides: a pure function from state and message to state, outputs and a reason. The host
 * publishes the outputs exactly once and recovers the state by snapshot and replay.
 *
 * A **batch** acts on the world: it must have its effect when `deliver` returns, and is given the same
 * batch again, with the same boundaries, until it does; across a crash, too, unless it tells how far it is.
 *
 * A **work** lane shares a stream among all instances of the actor, on any host: each message goes to one of them, in no
 * fixed order, and to another one when the first vanishes. Its outputs must be of `unique` types.
 *
 * A **watch** looks on: it keeps nothing, begins anew with every start, and never holds anything up.
 */
export type Lane = FoldLane | BatchLane | WorkLane | WatchLane;

export interface FoldLane<Body = unknown, State = unknown> {
  readonly kind: 'fold';
  /**
   * What it folds. Several streams are merged by the time at which JetStream stored their messages, so that a replay
   * meets them in the same order; `storedAt` never goes back from one step to the next.
   */
  readonly streams: readonly [StreamName, ...StreamName[]];
  /** Every kind that its streams carry, `wake` for TIMER: what is of another kind is dead-lettered. */
  readonly types: readonly MessageType<Body>[];
  /** The one stream the outputs go to, none of its own inputs; this actor must be its only producer. */
  readonly output: StreamName;
  readonly initial: State;
  /** Reads a snapshot back. State must be JSON. */
  readonly state: z.ZodType<State>;
  step(state: State, message: Delivered<Body>): Step<State>;
  /**
   * When the state wants a `wake/1` if nothing else comes before, in the time of `storedAt`. Asked after every batch of
   * steps; needs TIMER among the streams. May be early: a wake that finds nothing due is harmless.
   */
  wakeAt?(state: State): Milliseconds | undefined;
}

export interface Step<State> {
  readonly state: State;
  readonly outputs: readonly Outgoing[];
  /** Why these outputs, or why none: for the log and for people. */
  readonly reason: string;
}

/** Most messages of one batch. */
export const MAX_BATCH = 4_096;

export interface BatchLane<Body = unknown> {
  readonly kind: 'batch';
  /** Tells lanes of one actor on one stream apart, e.g. one per channel; part of the key of what the host keeps. */
  readonly name?: string;
  readonly stream: StreamName;
  /** Only messages of this subject. */
  readonly subject?: string;
  readonly types: readonly MessageType<Body>[];
  /** 1 to `MAX_BATCH`. */
  readonly maxMessages: number;
  /** Of the bodies of one batch together; one that is larger comes alone. */
  readonly maxBytes?: number;
  /**
   * Shortest time from one batch to the next, unless a batch is full: under load messages gather meanwhile. The first
   * one after a quiet time is delivered at once, and so is what a full one left behind.
   */
  readonly maxWaitMs: Milliseconds;
  /**
   * Last sequence whose effect is still there, where the effect's side can tell (a daemon knows what is on disk). When
   * that is less than the host remembers, the lane goes back and brings the rest again.
   */
  resume?(stream: StreamId): Promise<number>;
  /**
   * Instead of `resume`, where the effect's side knows every message by its sequence and can tell how far it is: then no
   * boundaries are written down, and after a crash what follows comes in whatever batches, some of it for the second time.
   */
  doneThrough?(stream: StreamId): Promise<number>;
  /**
   * Has its effect, or throws. A retryable error brings the same batch again after a back-off, without end: an
   * outage is not a reason to give up. Any other error makes the host try the messages one by one and
   * dead-letter those that fail.
   */
  deliver(batch: Batch<Body>): Promise<void>;
}

export interface Batch<Body = unknown> {
  readonly messages: readonly Delivered<Body>[];
  /** `<stream>@<created>:<first>-<last>`: fixed before the first try, the same on every further one. */
  readonly token: string;
  /**
   * True when a batch that held these messages was refused: a part of its effect may have happened, under another
   * token, and must not happen again.
   */
  readonly afterRefusal: boolean;
  /** True when an earlier life of the actor tried this batch and its end is unknown: the effect may be there already. */
  readonly again: boolean;
}

export interface WorkLane<Body = unknown> {
  readonly kind: 'work';
  /** Tells lanes of one actor on one stream apart. */
  readonly name?: string;
  readonly stream: StreamName;
  /** Only messages of this subject, which may be a wildcard. */
  readonly subject?: string;
  /** Every kind that comes under the subject. */
  readonly types: readonly MessageType<Body>[];
  /** Messages that this instance has in hand at once, at most. */
  readonly concurrency: number;
  /** An instance silent for so long has vanished, and what it had in hand goes to another. While it lives the host says so for it. */
  readonly vanishedAfterMs: Milliseconds;
  /**
   * A message is dead-lettered when so many attempts have ended with an error or a vanished instance. Of the first one to
   * vanish nothing is known, so that it may be one more. The last one is made alone in its process.
   */
  readonly attempts: number;
  /**
   * Does the work and stores its outputs; the message is acknowledged when it returns. A retryable error is tried again here,
   * after a back-off and without end, and is no attempt; any other error ends the attempt, also one that nobody has
   * classified (UNKNOWN). Must leave the event loop free: an instance that cannot say that it lives has vanished.
   */
  work(task: Task<Body>): Promise<void>;
}

export interface Task<Body = unknown> {
  readonly message: Delivered<Body>;
  /** 1 for the first. */
  readonly attempt: number;
  /** Messages that nobody has been given yet when this one was. */
  readonly waiting: number;
  /** Aborts when the drain deadline has passed: another instance will do it. */
  readonly signal: AbortSignal;
}

export interface WatchLane<Body = unknown> {
  readonly kind: 'watch';
  readonly stream: StreamName;
  readonly types: readonly MessageType<Body>[];
  /** `current`: first the last message of every subject, then what comes; `now`: only what comes. */
  readonly from: 'current' | 'now';
  /** Called in stream order; what it throws is logged and counted, and the lane goes on. Bodies no type fits are too. */
  see(message: Delivered<Body>): void;
  /** Called when everything that was there at the start has been seen, again after every reconnection. */
  caughtUp?(): void;
}

/** Keeps an actor's own types while giving the host one shape. */
export const fold = <Body, State>(lane: Omit<FoldLane<Body, State>, 'kind'>): Lane =>
  ({ kind: 'fold', ...lane }) as unknown as Lane;
export const batch = <Body>(lane: Omit<BatchLane<Body>, 'kind'>): Lane =>
  ({ kind: 'batch', ...lane }) as unknown as Lane;
export const work = <Body>(lane: Omit<WorkLane<Body>, 'kind'>): Lane =>
  ({ kind: 'work', ...lane }) as unknown as Lane;
export const watch = <Body>(lane: Omit<WatchLane<Body>, 'kind'>): Lane =>
  ({ kind: 'watch', ...lane }) as unknown as Lane;

/** Loads what runs an actor where it is run: every command and every other actor's process knows its definition, and pays for no more. */
export const whenRun =
  <Config>(load: () => Promise<Pick<ActorDefinition<Config>, 'start'>>): ActorDefinition<Config>['start'] =>
  async (config, context) =>
    (await load()).start(config, context);
