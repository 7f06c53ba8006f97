import type { Milliseconds } from '../../protocol/time.ts';
import { openStore, rowsOf, type StoreOptions } from '../store/connection.ts';

/** What is asked for: a range of times, or a run. */
export interface Asked {
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  readonly run?: number | undefined;
  readonly detector?: string | undefined;
}

/** What the auditor has told of it: the rows of the board "Is it all there?". */
export interface Books {
  readonly lines: readonly CompletenessLine[];
  readonly known: readonly KnownDiscrepancy[];
}

export interface CompletenessLine {
  readonly kind: 'beam' | 'run' | 'file';
  readonly line: string;
  readonly accounts: number;
  readonly complete: number;
  readonly expected: number | null;
  readonly received: number;
  readonly open: number;
  readonly explained: number;
}

/** A discrepancy that is not closed. */
export interface KnownDiscrepancy {
  readonly discrepancy: string;
  readonly stage: string;
  readonly sort: 'gap' | 'duplicate' | 'late';
  readonly state: 'open' | 'explained';
  readonly count: number;
  readonly causes: readonly (readonly [code: string, count: number, detail: string])[];
  readonly places: string;
}

const ARGUMENTS = '(from = {from:Int64}, to = {to:Int64}, run = {run:Int64}, detector = {detector:String})';

/** @throws SpillwayError STORE_AWAY, STORE_REFUSED */
export async function booksOf(options: StoreOptions, { fromMs, toMs, run, detector }: Asked): Promise<Books> {
  await using store = openStore(options);
  const parameters = {
    from: Math.floor(fromMs),
    to: Math.ceil(toMs),
    run: run ?? -1,
    detector: detector ?? '',
  };
  const [lines, known] = await Promise.all([
    rowsOf<CompletenessLine>(
      store,
      `SELECT kind, line, accounts, complete, expected, received, open, explained FROM completeness${ARGUMENTS}`,
      'the accounts',
      parameters,
    ),
    rowsOf<KnownDiscrepancy>(
      store,
      `SELECT discrepancy, stage, sort, state, count, causes, places FROM discrepancies_within${ARGUMENTS}
       WHERE state != 'closed' ORDER BY state DESC, discrepancy`,
      'the known discrepancies',
      parameters,
    ),
  ]);
  return { lines, known };
}
