import { type LedgerEntry, ledgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import { type LedgerGap, ledgerGap } from '../../../protocol/messages/ledger-gap.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { past } from './play.ts';
import { pieces, type Range, rangeParameters } from './range.ts';

interface LedgerRow {
  readonly ms: number;
  readonly stage: string;
  readonly kind: 'reached' | 'missing';
  readonly stream: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly reason: string;
}

const DAY_MS = 86_400_000;

const LEDGER = `SELECT toUnixTimestamp64Micro(ts) / 1000 AS ms, stage, kind, of_stream AS stream, first, last, count, reason
FROM ledger
WHERE ({every:Bool} OR stage IN {stages:Array(String)})
  AND ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts < fromUnixTimestamp64Milli({to:Int64})
ORDER BY ts, sequence`;

/** What was told of these stages, at the times that it tells; `*` is every stage. */
export async function* recordedLedger(
  store: Store,
  range: Range,
  stages: readonly string[],
): AsyncGenerator<Delivered<LedgerEntry | LedgerGap>> {
  if (stages.length === 0) return;
  for (const piece of pieces(range, DAY_MS)) {
    const parameters = { ...rangeParameters(piece), stages, every: stages.includes('*') };
    for (const row of await rowsOf<LedgerRow>(store, LEDGER, 'read the ledger', parameters))
      yield row.kind === 'missing'
        ? past(ledgerGap.type, gapOf(row), row.ms)
        : past(ledgerEntry.type, entryOf(row), row.ms);
  }
}

const entryOf = ({ stage, stream, first, last, count, ms }: LedgerRow): LedgerEntry => ({
  stage,
  stream,
  first,
  last,
  count,
  at: eventTimeFromMs(ms),
});

const gapOf = ({ stage, stream, first, last, reason, ms }: LedgerRow): LedgerGap => ({
  stage,
  stream,
  first,
  last,
  reason,
  at: eventTimeFromMs(ms),
});
