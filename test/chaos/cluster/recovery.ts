import { HEADERS } from '../../../protocol/message.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { parseCause } from '../../../runtime/host/envelope.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { openStore, rowsOf, type StoreOptions } from '../../../runtime/store/connection.ts';
import { quantiles } from '../../../runtime/verify/latencies.ts';
import { readStream } from '../../../runtime/verify/read-stream.ts';

/** One accepted message of the front end, by what stream and store wrote down themselves. */
export interface Passage {
  /** When JetStream took it, in milliseconds since 1970. */
  readonly acceptedAt: Milliseconds;
  /** When its row was inserted; undefined where it has none. */
  readonly storedAt: Milliseconds | undefined;
}

export interface Recovery {
  readonly count: number;
  readonly acceptedMs: { readonly p50: Milliseconds; readonly p99: Milliseconds; readonly max: Milliseconds };
  readonly storedMs: { readonly p50: Milliseconds; readonly p99: Milliseconds; readonly max: Milliseconds };
}

/**
 * How long nothing came through: from each blow to the first message accepted after it, and to that one's row in the store.
 * @param passages in the order in which they were accepted
 * @param blows times, in milliseconds since 1970; those after which nothing came at all are left out
 */
export function recovery(passages: readonly Passage[], blows: readonly Milliseconds[]): Recovery {
  const after = blows.flatMap(at => {
    const next = passages.find(({ acceptedAt }) => acceptedAt > at);
    return next ? [{ at, next }] : [];
  });
  const accepted = after.map(({ at, next }) => next.acceptedAt - at);
  const stored = after.flatMap(({ at, next }) => (next.storedAt === undefined ? [] : [next.storedAt - at]));
  return { count: after.length, acceptedMs: spread(accepted), storedMs: spread(stored) };
}

const spread = (values: readonly Milliseconds[]) => ({
  ...quantiles(values),
  max: quantiles(values.length === 0 ? [] : [Math.max(...values)]).p99,
});

/** What came through since a time, in the order in which it was accepted. */
export async function passages(nats: Nats, store: StoreOptions, fromMs: Milliseconds): Promise<Passage[]> {
  const accepted = new Map<number, Milliseconds>();
  for await (const { seq, info } of readStream(nats, 'BEAM', fromMs))
    accepted.set(seq, info.timestampNanos / 1e6);
  const madeFrom = new Map<number, number>();
  for await (const { seq, headers } of readStream(nats, 'SPILL', fromMs)) {
    const cause = parseCause(headers?.get(HEADERS.cause));
    if (cause) madeFrom.set(cause.sequence, seq);
  }
  const rows = await insertTimes(store);
  return [...accepted]
    .map(([sequence, acceptedAt]) => ({ acceptedAt, storedAt: rows.get(madeFrom.get(sequence) ?? 0) }))
    .toSorted((one, other) => one.acceptedAt - other.acceptedAt);
}

async function insertTimes(options: StoreOptions): Promise<Map<number, Milliseconds>> {
  await using store = openStore(options);
  const rows = await rowsOf<{ readonly sequence: number; readonly at: number }>(
    store,
    'SELECT spill_sequence AS sequence, toUnixTimestamp64Micro(inserted_at) / 1000 AS at FROM spills',
    'when spills were stored',
  );
  return new Map(rows.map(({ sequence, at }) => [sequence, at]));
}
