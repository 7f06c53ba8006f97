import { SpillwayError } from '../../protocol/errors.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import type { ActorContext, Batch, Delivered, StreamId } from '../../runtime/actor.ts';
import type { Store } from '../../runtime/store/connection.ts';
import { lackingOf, remainderOf } from './after-power-loss.ts';
import { type Extent, hasDelivery, insertBatch, lastDelivered, withoutPresent } from './insert.ts';
import { RowWriter } from './row-writer.ts';
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
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const delivery = deliveryRow(batch, rows);
    if (!(unsure && (await hasDelivery(this.#store, delivery.of)))) {
      if (batch.afterRefusal)
        await insertBatch(this.#store, batch.token, await this.#missing(messages, tables));
      else if (unsure) await this.#insertRemainder(batch.token, messages);
      else await insertBatch(this.#store, batch.token, tables);
      // Only now, so that a store that was put back to an older state asks for exactly what it lacks.
      await insertBatch(this.#store, batch.token, [delivery.row]);
    }
    this.#unsure = undefined;
    observe('map', mapped - began);
    const inserted = clock();
    observe('insert', inserted - mapped);
    for (const { hops, body } of batch.messages) {
      const triggered = hops[0];
      if (triggered && this.#isTimed(body)) observe('stored', inserted - triggered[1]);
    }
    for (const table of tables) count('rows', { table: table.table }, table.rows);
    if (this.#tells) await this.#tell(delivery.of, messages.length);
  }

  /** That of one batch is one entry, whoever tells it and however often: its identity is the batch's token. */
  async #tell({ stream, first, last }: Extent, count: number): Promise<void> {
    const at = eventTimeFromMs(this.#context.clock());
    await this.#context.publish({
      type: ledgerEntry,
      body: { stage: 'stored', stream, first, last, count, at },
    });
  }

  lastDelivered(stream: StreamId): Promise<number> {
    return lastDelivered(this.#store, stream);
  }

  async #insertRemainder(token: string, messages: readonly Delivered<Body>[]): Promise<void> {
    const { whole, rest } = await remainderOf(this.#store, this.#tables, messages);
    await insertBatch(this.#store, token, whole);
    await insertBatch(this.#store, `${token}:rest`, rest);
    // What is lacking now was lost after it was taken: nothing of it can be on its way any more.
    for (let time = 1; ; time++) {
      const lost = await lackingOf(this.#store, this.#tables, messages);
      if (lost.length === 0) return;
      if (time > LOST_AGAIN)
        throw new SpillwayError('STORE_AWAY', `the store does not keep what it takes of ${token}`);
      this.#context.count('lost_by_store');
      await insertBatch(this.#store, `${token}:lost:${time}`, lost);
    }
  }

  /** After a refusal messages come one by one; the tables that took this one do not get it again. */
  async #missing(
    [message]: readonly Delivered<Body>[],
    tables: readonly TableRows[],
  ): Promise<readonly TableRows[]> {
    return message ? withoutPresent(this.#store, tables, message.stream, message.sequence) : tables;
  }
}

/** A replayed message has its rows under the place it first had, where some of them may be already. */
const atOrigin = <Body>(message: Delivered<Body>): Delivered<Body> => ({ ...message, ...message.origin });

function deliveryRow<Body>({ messages, token }: Batch<Body>, rows: number): { of: Extent; row: TableRows } {
  const [stream = '', range = ''] = splitToken(token);
  const [first = 0, last = 0] = range.split('-').map(Number);
  const writer = new RowWriter(128);
  writer.text(stream);
  writer.int64(first);
  writer.int64(last);
  writer.uint32(messages.length);
  writer.int64(rows);
  const columns = ['stream', 'first', 'last', 'messages', 'rows'];
  return {
    of: { stream, first, last },
    row: { table: 'deliveries', columns, sequence: 'last', rows: 1, bytes: writer.bytes },
  };
}

/** `<stream>@<created>:<first>-<last>` */
const splitToken = (token: string): string[] => {
  const cut = token.lastIndexOf(':');
  return [token.slice(0, cut), token.slice(cut + 1)];
};
