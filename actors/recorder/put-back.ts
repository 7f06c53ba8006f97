import { asSpillwayError } from '../../protocol/errors.ts';
import type { MessageType } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { ActorContext, Delivered, StreamId } from '../../runtime/actor.ts';
import type { Store } from '../../runtime/store/connection.ts';
import { deliveriesWithin } from './deliveries.ts';
import { brokenParts, type Short, shortOf, uncounted } from './lost-rows.ts';
import type { Recording } from './recording.ts';
import { groups, pieces, type Stretch, uncovered } from './stretches.ts';

/** Sequences whose rows are counted with one question. */
const COUNTED_AT_ONCE = 100_000;

/** Messages read at once, where they are not of one batch, and, of a stretch without deliveries, put back as one. */
const READ_AT_ONCE = 256;

/** A stream, how its messages are read, and who makes rows of them. */
export interface Recorded<Body> {
  readonly stream: StreamName;
  readonly types: readonly MessageType<Body>[];
  readonly recording: Recording<Body>;
}

/** What may lack rows: a batch, or what no delivery tells of. */
interface Suspect extends Stretch {
  readonly isGap: boolean;
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
      const suspects = [
        // A batch of which several tables lack something is put back as a whole.
        ...new Map(
          [...short, ...old].map(one => [`${one.first}-${one.last}`, { ...one, isGap: false }]),
        ).values(),
        ...gaps.flatMap(gap => pieces(gap, READ_AT_ONCE)).map(one => ({ ...one, isGap: true })),
      ];
      await this.#restore(recorded, held.stream, suspects, signal);
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
    suspects: readonly Suspect[],
    signal: AbortSignal,
  ): Promise<void> {
    const back = new Map<string, { rows: number; places: string[] }>();
    try {
      for (const group of groups(suspects, READ_AT_ONCE)) {
        if (signal.aborted) return;
        const messages = await this.#read(recorded, stream, group);
        const lacking = await recorded.recording.lacks(messages);
        for (const suspect of lacking ? group : group.filter(({ isGap }) => isGap)) {
          if (signal.aborted) return;
          const { first, last } = suspect;
          const own = messages.filter(({ sequence }) => sequence >= first && sequence <= last);
          for (const [table, more] of await this.#putBack(recorded.recording, stream, suspect, own)) {
            const of = back.get(table) ?? { rows: 0, places: [] };
            back.set(table, { rows: of.rows + more, places: [...of.places, `${first}-${last}`] });
          }
        }
      }
    } finally {
      for (const [table, { rows, places }] of back)
        this.#context.log.warn(
          { table, rows, stream, sequences: places.join(', ').slice(0, 500) },
          `put back ${rows} rows of ${table} that the store had lost`,
        );
    }
  }

  async #read<Body>(
    { stream: name, types }: Recorded<Body>,
    stream: StreamId,
    group: readonly Stretch[],
  ): Promise<Delivered<Body>[]> {
    const last = Math.max(...group.map(one => one.last));
    const messages: Delivered<Body>[] = [];
    for (let after = Math.min(...group.map(({ first }) => first)) - 1; after < last; ) {
      const read = await this.#context.read(name, types, {
        after,
        limit: Math.min(READ_AT_ONCE, last - after),
      });
      // Made anew meanwhile, it is another stream.
      if (read.stream !== stream) return [];
      messages.push(...read.messages);
      if (read.through <= after) break;
      after = read.through;
    }
    return messages;
  }

  async #putBack<Body>(
    recording: Recording<Body>,
    stream: StreamId,
    { first, last, isGap }: Suspect,
    messages: readonly Delivered<Body>[],
  ): Promise<ReadonlyMap<string, number>> {
    // What was put aside because it cannot be read, for one.
    if (messages.length === 0) return new Map();
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
