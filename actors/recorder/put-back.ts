import { asSpillwayError } from '../../protocol/errors.ts';
import type { MessageType } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorContext, Delivered, StreamId } from '../../runtime/actor.ts';
import { pause } from '../../runtime/host/back-off.ts';
import type { Store } from '../../runtime/store/connection.ts';
import { deliveriesWithin } from './deliveries.ts';
import { brokenParts, type Short, shortOf, storeStartedAt, uncounted } from './lost-rows.ts';
import type { Recording } from './recording.ts';
import { pieces, type Stretch, uncovered } from './stretches.ts';

const LOOK_EVERY_MS: Milliseconds = 5_000;

/** Two answers about the same start may differ by so many seconds. */
const SAME_START_S = 3;

/** Sequences whose rows are counted with one question. */
const COUNTED_AT_ONCE = 100_000;

/** Messages read at once, and, of a stretch without deliveries, put back as one. */
const READ_AT_ONCE = 200;

/** A stream, how its messages are read, and who makes rows of them. */
export interface Recorded<Body> {
  readonly stream: StreamName;
  readonly types: readonly MessageType<Body>[];
  readonly recording: Recording<Body>;
}

type Context = Pick<ActorContext, 'count' | 'log' | 'read'>;

/**
 * Puts back what the store has lost of batches that it had confirmed: parts that it could not read when it was started, say. It is looked for
 * each time the store has been started anew, beside the lanes: what deliveries say of each table is compared with what the table holds, and what
 * no delivery covers, though there are later ones, is looked at too. As far as the streams still hold the messages.
 */
export class PutBack {
  readonly #store: Store;
  readonly #recorded: readonly Recorded<unknown>[];
  readonly #context: Context;

  constructor(store: Store, recorded: readonly Recorded<unknown>[], context: Context) {
    this.#store = store;
    this.#recorded = recorded;
    this.#context = context;
  }

  /** Looks after each start of the store until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    let lookedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      try {
        const startedAt = await storeStartedAt(this.#store);
        if (Math.abs(startedAt - lookedAt) > SAME_START_S) {
          await this.look(signal);
          lookedAt = startedAt;
        }
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        if (!signal.aborted)
          this.#context.log.warn(
            { code: error.code },
            `will look again for what the store has lost: ${error.message}`,
          );
      }
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  /** @throws SpillwayError STORE_AWAY, NATS_AWAY: look again, what was put back stays */
  async look(signal: AbortSignal): Promise<void> {
    const broken = await brokenParts(this.#store);
    for (const { table, parts } of broken)
      this.#context.log.warn({ table, parts }, 'the store has taken out parts that it could not read');
    const tables = new Set(broken.map(({ table }) => table));
    for (const recorded of this.#recorded) await this.#lookAt(recorded, tables, signal);
  }

  async #lookAt<Body>(
    recorded: Recorded<Body>,
    broken: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<void> {
    const { stream: name, types, recording } = recorded;
    const held = await this.#context.read(name, types, { after: 0, limit: 0 });
    const last = await recording.deliveredThrough(held.stream);
    // Of deliveries that were not counted nothing is known but that their tables have lost something.
    const doubtful = recording.tables.some(({ table }) => broken.has(table));
    for (const piece of pieces({ first: Math.max(1, held.first), last }, COUNTED_AT_ONCE)) {
      if (signal.aborted) return;
      const extent = { stream: held.stream, ...piece };
      const gaps = uncovered(piece, await deliveriesWithin(this.#store, extent));
      const short = await this.#shortWithin(recorded, extent);
      const old = doubtful ? await uncounted(this.#store, extent) : [];
      await this.#restore(recorded, held.stream, [...short, ...old], gaps, signal);
      if (short.length > 0 && !signal.aborted) this.#tellLost(await this.#shortWithin(recorded, extent));
    }
  }

  async #shortWithin<Body>(
    { recording }: Recorded<Body>,
    extent: Stretch & { readonly stream: StreamId },
  ): Promise<Short[]> {
    const short: Short[] = [];
    for (const table of recording.tables) short.push(...(await shortOf(this.#store, table, extent)));
    return short;
  }

  async #restore<Body>(
    recorded: Recorded<Body>,
    stream: StreamId,
    delivered: readonly Stretch[],
    gaps: readonly Stretch[],
    signal: AbortSignal,
  ): Promise<void> {
    const back = new Map<string, { rows: number; places: string[] }>();
    const note = (rows: ReadonlyMap<string, number>, { first, last }: Stretch) => {
      for (const [table, more] of rows) {
        const of = back.get(table) ?? { rows: 0, places: [] };
        back.set(table, { rows: of.rows + more, places: [...of.places, `${first}-${last}`] });
      }
    };
    const bounds = new Map(delivered.map(one => [`${one.first}-${one.last}`, one]));
    try {
      for (const stretch of bounds.values()) {
        if (signal.aborted) return;
        note(await this.#putBack(recorded, stream, stretch, false), stretch);
      }
      for (const gap of gaps.flatMap(one => pieces(one, READ_AT_ONCE))) {
        if (signal.aborted) return;
        note(await this.#putBack(recorded, stream, gap, true), gap);
      }
    } finally {
      for (const [table, { rows, places }] of back)
        this.#context.log.warn(
          { table, rows, stream, sequences: places.join(', ').slice(0, 500) },
          `put back ${rows} rows of ${table} that the store had lost`,
        );
    }
  }

  /** @param isGap whether no delivery tells of it */
  async #putBack<Body>(
    { stream: name, types, recording }: Recorded<Body>,
    stream: StreamId,
    { first, last }: Stretch,
    isGap: boolean,
  ): Promise<ReadonlyMap<string, number>> {
    const messages: Delivered<Body>[] = [];
    for (let after = first - 1; after < last; ) {
      const limit = Math.min(READ_AT_ONCE, last - after);
      const read = await this.#context.read(name, types, { after, limit });
      messages.push(...read.messages);
      if (read.stream !== stream || read.through <= after) break;
      after = read.through;
    }
    // What was put aside because it cannot be read, for one.
    if (messages.length === 0 || messages.some(one => one.stream !== stream)) return new Map();
    const token = `${stream}:${first}-${last}`;
    try {
      return await recording.putBack(token, messages, isGap ? { stream, first, last } : undefined);
    } catch (thrown) {
      const error = asSpillwayError(thrown);
      if (error.retry) throw error;
      return this.#oneByOne(recording, messages);
    }
  }

  /** Where the store refuses some for good, which therefore are dead letters, the others go alone. */
  async #oneByOne<Body>(
    recording: Recording<Body>,
    messages: readonly Delivered<Body>[],
  ): Promise<ReadonlyMap<string, number>> {
    const rows = new Map<string, number>();
    for (const message of messages) {
      const token = `${message.stream}:${message.sequence}-${message.sequence}`;
      const more = await recording.putBack(token, [message]).catch((thrown: unknown) => {
        if (asSpillwayError(thrown).retry) throw thrown;
        return new Map<string, number>();
      });
      for (const [table, count] of more) rows.set(table, (rows.get(table) ?? 0) + count);
    }
    return rows;
  }

  #tellLost(short: readonly Short[]): void {
    for (const { table, first, last, expected, found } of short) {
      this.#context.count('lost_for_good', { table }, expected - found);
      this.#context.log.error(
        { table, first, last, expected, found },
        `rows of ${table} cannot be put back: the stream no longer holds their messages, or the store refuses them`,
      );
    }
  }
}
