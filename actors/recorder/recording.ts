import { SpillwayError } from '../../protocol/errors.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import type { ActorContext, Batch, Delivered, StreamId } from '../../runtime/actor.ts';
import type { Store } from '../../runtime/store/connection.ts';
import { lackingOf, remainderOf } from './after-power-loss.ts';
import { deliveryOf, type Extent, extentOf, hasDelivery, lastDelivered } from './deliveries.ts';
import { insertBatch, withoutPresent } from './insert.ts';
import { lastHeld } from './lost-rows.ts';
import { rowsOf, type TableMapping, type TableRows } from './rows.ts';

type Context = Pick<ActorContext, 'clock' | 'count' | 'observe' | 'publish'>;

/** So often rows of one batch are inserted under another token before the store is given a rest. */
const LOST_AGAIN = 5;

/** Records one stream: messages to rows, rows into their tables, and then the word that they are there. */
export class Recording<Body> {
  readonly #store: Store;
  readonly #tables: readonly TableMapping<Body>[];
  readonly #context: Context;
  readonly #isTimed: (body: Body) => boolean;
  readonly #tells: boolean;
  /** Of a batch that was tried and did not end well: the store may have it, or some of it. */
  #unsure: string | undefined;
  /** Tables hold rows up to here whose delivery the store has lost: batches may come with other boundaries, under other tokens, than they came then. */
  #heldThrough = 0;
  #deliveredThrough = 0;
  #busy: Promise<unknown> = Promise.resolve();

  /**
   * @param isTimed whether a message's way from the trigger to its row counts in the latency `stored`
   * @param tells whether the ledger is told how far it is
   */
  constructor(
    store: Store,
    tables: readonly TableMapping<Body>[],
    context: Context,
    isTimed: (body: Body) => boolean = () => false,
    tells = false,
  ) {
    this.#store = store;
    this.#tables = tables;
    this.#context = context;
    this.#isTimed = isTimed;
    this.#tells = tells;
  }

  /**
   * @throws SpillwayError STORE_AWAY: the same batch again, please. STORE_REFUSED: some rows can never be taken.
   */
  async deliver(batch: Batch<Body>): Promise<void> {
    const { clock, count, observe } = this.#context;
    const began = clock();
    const messages = batch.messages.map(atOrigin);
    const tables = rowsOf(this.#tables, messages);
    const mapped = clock();
    const unsure = batch.again || this.#unsure === batch.token;
    this.#unsure = batch.token;
    const extent = extentOf(batch.token);
    const doubtful = unsure || batch.afterRefusal || extent.first <= this.#heldThrough;
    if (doubtful) await this.#alone(() => this.#deliverDoubtful(batch, unsure, extent, messages, tables));
    else {
      await insertBatch(this.#store, batch.token, tables);
      // Only now, so that a store that was put back to an older state asks for exactly what it lacks.
      await this.#noteDelivery(extent, batch.messages, tables);
    }
    this.#unsure = undefined;
    this.#deliveredThrough = extent.last;
    observe('map', mapped - began);
    const inserted = clock();
    observe('insert', inserted - mapped);
    for (const { hops, body } of batch.messages) {
      const triggered = hops[0];
      if (triggered && this.#isTimed(body)) observe('stored', inserted - triggered[1]);
    }
    for (const table of tables) count('rows', { table: table.table }, table.rows);
    if (this.#tells) await this.#tell(extent, messages.length);
  }

  /** That of one batch is one entry, whoever tells it and however often: its identity is the batch's token. */
  async #tell({ stream, first, last }: Extent, count: number): Promise<void> {
    const at = eventTimeFromMs(this.#context.clock());
    await this.#context.publish({
      type: ledgerEntry,
      body: { stage: 'stored', stream, first, last, count, at },
    });
  }

  /** Where the lane goes on: after the last delivery that the store knows. */
  async resume(stream: StreamId): Promise<number> {
    const last = await lastDelivered(this.#store, stream);
    const held = await Promise.all(this.#tables.map(table => lastHeld(this.#store, table, stream, last)));
    this.#heldThrough = Math.max(0, ...held);
    this.#deliveredThrough = last;
    return last;
  }

  /** The last sequence that was delivered, in this life or before. */
  async deliveredThrough(stream: StreamId): Promise<number> {
    return Math.max(this.#deliveredThrough, await lastDelivered(this.#store, stream));
  }

  get tables(): readonly TableMapping<Body>[] {
    return this.#tables;
  }

  /** Whether any table lacks rows of messages that it has been given before. */
  async lacks(messages: readonly Delivered<Body>[]): Promise<boolean> {
    return messages.length > 0 && (await lackingOf(this.#store, this.#tables, messages)).length > 0;
  }

  /**
   * Inserts what the tables lack of messages that they have been given before.
   * @param extent of which it is to be written down that all is there, where no delivery says so
   * @returns rows by table
   * @throws SpillwayError STORE_AWAY, also where the store does not keep them now either; STORE_REFUSED
   */
  putBack(
    token: string,
    messages: readonly Delivered<Body>[],
    extent?: Extent,
  ): Promise<ReadonlyMap<string, number>> {
    return this.#alone(async () => {
      const rows = await this.#insertLacking(token, messages);
      if (rows.size > 0) this.#context.count('lost_by_store');
      if (extent) await this.#noteDelivery(extent, messages, rowsOf(this.#tables, messages), true);
      return rows;
    });
  }

  /** Some of it may be in the store, or may have been. */
  async #deliverDoubtful(
    batch: Batch<Body>,
    unsure: boolean,
    extent: Extent,
    messages: readonly Delivered<Body>[],
    tables: readonly TableRows[],
  ): Promise<void> {
    if (unsure && (await hasDelivery(this.#store, extent))) return;
    if (batch.afterRefusal)
      await insertBatch(this.#store, batch.token, await this.#missing(messages, tables));
    else if (extent.first <= this.#heldThrough) await this.#insertLacking(batch.token, messages);
    else await this.#insertRemainder(batch.token, messages);
    await this.#noteDelivery(extent, batch.messages, tables, true);
  }

  async #insertRemainder(token: string, messages: readonly Delivered<Body>[]): Promise<void> {
    const { whole, rest } = await remainderOf(this.#store, this.#tables, messages);
    await insertBatch(this.#store, token, whole);
    await insertBatch(this.#store, `${token}:rest`, rest);
    // What is lacking now was lost after it was taken: nothing of it can be on its way any more.
    const lost = await this.#insertLacking(token, messages);
    if (lost.size > 0) this.#context.count('lost_by_store');
  }

  async #insertLacking(
    token: string,
    messages: readonly Delivered<Body>[],
  ): Promise<ReadonlyMap<string, number>> {
    const rows = new Map<string, number>();
    for (let time = 1; ; time++) {
      const lacking = messages.length > 0 ? await lackingOf(this.#store, this.#tables, messages) : [];
      if (lacking.length === 0) return rows;
      if (time > LOST_AGAIN) throw notKept(token);
      await insertBatch(this.#store, `${token}:lost:${time}`, lacking);
      for (const { table, rows: more } of lacking) rows.set(table, (rows.get(table) ?? 0) + more);
    }
  }

  /**
   * @param tables the rows that the messages make
   * @param doubtful whether the store may have taken and lost it, and remember its token
   */
  async #noteDelivery(
    extent: Extent,
    messages: readonly Delivered<Body>[],
    tables: readonly TableRows[],
    doubtful = false,
  ): Promise<void> {
    const token = `${extent.stream}:${extent.first}-${extent.last}`;
    // A replayed message has its rows under the place it first had, which is not within this batch.
    const here = messages.filter(({ origin }) => origin === undefined);
    const rows = here.length === messages.length ? tables : rowsOf(this.#tables, here);
    const row = deliveryOf(extent, messages.length, rows);
    await insertBatch(this.#store, token, [row]);
    if (!doubtful) return;
    for (let time = 1; !(await hasDelivery(this.#store, extent)); time++) {
      if (time > LOST_AGAIN) throw notKept(token);
      await insertBatch(this.#store, `${token}:lost:${time}`, [row]);
    }
  }

  /** What looks before it inserts does so one after the other: two might both find nothing. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }

  /** After a refusal messages come one by one; the tables that took this one do not get it again. */
  async #missing(
    [message]: readonly Delivered<Body>[],
    tables: readonly TableRows[],
  ): Promise<readonly TableRows[]> {
    return message ? withoutPresent(this.#store, tables, message.stream, message.sequence) : tables;
  }
}

const notKept = (token: string): SpillwayError =>
  new SpillwayError('STORE_AWAY', `the store does not keep what it takes of ${token}`);

/** A replayed message has its rows under the place it first had, where some of them may be already. */
const atOrigin = <Body>(message: Delivered<Body>): Delivered<Body> => ({ ...message, ...message.origin });
