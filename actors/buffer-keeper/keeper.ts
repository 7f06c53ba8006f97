import { readBodyName } from '../../protocol/body-names.ts';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorContext } from '../../runtime/actor.ts';
import { pause } from '../../runtime/host/back-off.ts';
import type { BufferKeeperConfig } from './config.ts';
import { actorOf, type Known, type NamedBody, type Policy } from './known.ts';
import { References } from './references.ts';
import { type Reason, type Removal, removable, type Verdict } from './removable.ts';

/** Part of a store with a limit that is filled before the oldest goes: what is left takes what comes meanwhile. */
const FILLED = 0.9;

/** From one search for what puts that died have left to the next. */
const SWEEP_EVERY_MS: Milliseconds = 3_600_000;

/** How much the clock of the event store may be ahead of the one of NATS. */
const CLOCKS_APART_MS: Milliseconds = 3_600_000;

/** Removals told in the log by name; of more, their number says enough. */
const NAMED = 5;

/** Looks at the event store again and again and removes what is no longer needed. It remembers nothing that it could not ask for. */
export class Keeper {
  readonly #config: BufferKeeperConfig;
  readonly #context: ActorContext;
  readonly #references: References;
  readonly #removed = new Map<Reason, number>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  #kept: readonly NamedBody[] = [];
  #maxBytes: number | null = null;

  constructor(config: BufferKeeperConfig, context: ActorContext) {
    this.#config = config;
    this.#context = context;
    this.#references = new References(context);
  }

  /** Keeps until the signal aborts; whatever is away is tried again. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.round(signal);
        await this.#sweep(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const { code, message } = asSpillwayError(thrown);
        this.#context.count('rounds_failed', { code });
        this.#context.log.warn({ code, err: thrown }, `nothing is removed: ${message}`);
      }
      await pause(this.#config.interval, signal);
    }
  }

  /** One look, and what follows from it. @throws SpillwayError EVENT_STORE_AWAY, NATS_AWAY */
  async round(signal: AbortSignal): Promise<void> {
    const { eventStore, clock } = this.#context;
    const bodies = (await eventStore.list(signal)).map(body => ({ ...body, what: readBodyName(body.name) }));
    this.#kept = bodies;
    const policy = this.#policy((await eventStore.usage()).maxBytes);
    this.#maxBytes = policy.maxBytes;
    // In this order: a message that is done was put aside before, and one that was replayed since stands in EVENT.
    const consumers = await this.#context.consumersOf('EVENT');
    const failed = await this.#failedSince(bodies);
    await this.#references.learn(bodies, signal);
    const { known: references, pedestalsMade } = this.#references;
    const known: Known = { bodies, references, consumers, failed, pedestalsMade };
    const now = clock();
    const read = removable(known, policy, now).remove.filter(({ reason }) => reason === 'read');
    await this.#references.ask(read, signal);
    await this.#remove(removable(known, policy, now), signal);
  }

  health(): Record<string, number> {
    const events = this.#kept.filter(({ what }) => what?.kind === 'event');
    const oldest = events.reduce(
      (least, { storedAt }) => Math.min(least, storedAt),
      Number.POSITIVE_INFINITY,
    );
    const count = (reason: Reason) => this.#removed.get(reason) ?? 0;
    return {
      bodies: this.#kept.length,
      bytes: this.#kept.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(this.#maxBytes === null ? {} : { maxBytes: this.#maxBytes }),
      oldestAgeSeconds: events.length === 0 ? 0 : Math.max(0, (this.#context.clock() - oldest) / 1_000),
      removedRead: count('read'),
      removedUnread: count('age') + count('size') + count('unreferenced'),
    };
  }

  #policy(storeBytes: number | null): Policy {
    const { consumers, ignore, age, maxBytes, maps, unreferenced } = this.#config;
    const whenNothingIsSaid = storeBytes === null ? null : Math.floor(FILLED * storeBytes);
    return {
      consumers,
      ignore,
      ageMs: age,
      maxBytes: maxBytes === 'none' ? null : (maxBytes ?? whenNothingIsSaid),
      mapsMs: maps,
      unreferencedMs: unreferenced,
    };
  }

  /** Subjects of events that somebody gave up on: none can be older than the oldest body that it may speak of. */
  async #failedSince(bodies: readonly NamedBody[]): Promise<Set<string>> {
    const [oldest] = bodies.filter(({ what }) => what?.kind === 'event');
    if (!oldest) return new Set();
    const letters = await this.#context.deadLetters(oldest.storedAt - CLOCKS_APART_MS);
    return new Set(
      letters
        .filter(
          ({ actor, stream }) => stream.startsWith('EVENT@') && !this.#config.ignore.includes(actorOf(actor)),
        )
        .map(({ subject }) => subject),
    );
  }

  async #remove({ remove, keep }: Verdict, signal: AbortSignal): Promise<void> {
    await this.#context.eventStore.remove(
      remove.map(({ name }) => name),
      signal,
    );
    this.#kept = keep;
    for (const [reason, removed] of Map.groupBy(remove, one => one.reason)) this.#tell(reason, removed);
  }

  #tell(reason: Reason, removed: readonly Removal[]): void {
    this.#removed.set(reason, (this.#removed.get(reason) ?? 0) + removed.length);
    this.#context.count('removed', { reason }, removed.length);
    const told = {
      reason,
      bodies: removed.length,
      bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
      first: removed.slice(0, NAMED).map(({ name }) => name),
    };
    if (reason === 'read' || reason === 'outdated')
      this.#context.log.info(told, 'removed what nobody needs any more');
    else this.#context.log.warn(told, 'removed events that not everybody has read');
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    const now = this.#context.clock();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    const swept = await this.#context.eventStore.sweep(signal);
    this.#sweptAt = now;
    if (swept > 0) {
      this.#context.count('swept', {}, swept);
      this.#context.log.info({ swept }, 'freed what puts that did not come to their end had left');
    }
  }
}
