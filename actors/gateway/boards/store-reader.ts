import { ClickHouseError } from '@clickhouse/client';
import { asSpillwayError, SpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { Gate } from '../../../runtime/embedded/clickhouse/gate.ts';
import { openStore, type Store, type StoreOptions } from '../../../runtime/store/connection.ts';
import { readTable, type Table } from './table.ts';

export interface ReaderOptions {
  /** Of an account that may only read. */
  readonly store: StoreOptions;
  /** Queries at a time; others wait, as long as one may take. */
  readonly concurrent: number;
  readonly timeMs: Milliseconds;
  readonly rows: number;
}

/** Bytes of a result read at most: a row of arrays may be long. */
const MOST_BYTES = 32 * 1024 ** 2;

/** The store ends a query itself; where it does not, we do, so much later. */
const GRACE_MS = 2_000;

/** Codes of ClickHouse that say something about us, and nothing about the query. */
const NOT_LET_IN = new Set(['192', '193', '194', '195', '497', '516']);
const TIMEOUT = '159';
/** "Cannot modify setting in readonly mode": an account may be allowed to choose nothing. */
const READONLY = '164';

/** Values that a query names. */
export type Parameters = Readonly<Record<string, string | number>>;

export type Answered = Table & { readonly elapsedMs: number; readonly rowsRead: number };

/** Runs queries of boards, with the rights of an account that may only read. */
export class StoreReader implements AsyncDisposable {
  readonly #store: Store;
  readonly #options: ReaderOptions;
  readonly #gate: Gate;
  #mayLimit = true;

  constructor(options: ReaderOptions) {
    this.#store = openStore(options.store);
    this.#options = options;
    this.#gate = new Gate(options.concurrent);
  }

  /**
   * @param parameters by name, for `{name:Type}` in the query: values, which no text of theirs can leave
   * @throws SpillwayError QUERY_INVALID with what the store says of the query, or when it takes too long; STORE_AWAY, also
   *   when its turn does not come. Rejects with the signal's reason when that aborts.
   */
  async run(sql: string, signal: AbortSignal, parameters: Parameters = {}): Promise<Answered> {
    const { timeMs } = this.#options;
    const patience = AbortSignal.timeout(timeMs);
    using _turn = await this.#gate.enter(AbortSignal.any([signal, patience])).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw new SpillwayError('STORE_AWAY', 'the store has too much to do', { cause: thrown });
    });
    const began = performance.now();
    const deadline = AbortSignal.timeout(timeMs + GRACE_MS);
    try {
      const { table, rowsRead } = await this.#ask(sql, parameters, AbortSignal.any([signal, deadline]));
      return { ...table, rowsRead, elapsedMs: Math.round(performance.now() - began) };
    } catch (thrown) {
      signal.throwIfAborted();
      throw deadline.aborted ? this.#tooSlow(thrown) : this.#classify(thrown);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }

  async #ask(
    sql: string,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<{ table: Table; rowsRead: number }> {
    const { timeMs, rows } = this.#options;
    try {
      const { stream, summary } = await this.#store.client.exec({
        // A user's query may end in a semicolon.
        query: `${sql.trim().replace(/[;\s]+$/, '')}\nFORMAT RowBinaryWithNamesAndTypes`,
        query_params: parameters,
        abort_signal: signal,
        clickhouse_settings: {
          // An error that comes late would else stand among the rows.
          wait_end_of_query: 1,
          ...(this.#mayLimit ? { max_execution_time: Math.ceil(timeMs / 1_000) } : {}),
        },
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MOST_BYTES) break;
      }
      const table = readTable(Buffer.concat(chunks), rows, size > MOST_BYTES);
      return { table, rowsRead: Number(summary?.read_rows ?? 0) };
    } catch (thrown) {
      if (!this.#mayLimit || !(thrown instanceof ClickHouseError) || thrown.code !== READONLY) throw thrown;
      this.#mayLimit = false;
      return this.#ask(sql, parameters, signal);
    }
  }

  #tooSlow(cause: unknown): SpillwayError {
    return new SpillwayError('QUERY_INVALID', `took longer than ${this.#options.timeMs / 1_000} s`, {
      cause,
    });
  }

  #classify(thrown: unknown): SpillwayError {
    if (thrown instanceof SpillwayError) return thrown;
    if (!(thrown instanceof ClickHouseError))
      return new SpillwayError('STORE_AWAY', 'the store cannot be reached', { cause: thrown });
    if (thrown.code === TIMEOUT) return this.#tooSlow(thrown);
    if (NOT_LET_IN.has(thrown.code))
      return new SpillwayError('STORE_AWAY', 'the store does not let the account of the boards in', {
        cause: thrown,
      });
    return new SpillwayError('QUERY_INVALID', firstLine(thrown.message), { cause: asSpillwayError(thrown) });
  }
}

/** ClickHouse explains at length, and adds its version. */
function firstLine(text: string): string {
  const line = (text.trim().split('\n', 1)[0] ?? '').replace(/\s*\(version [^)]*\)+\s*$/, '');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
