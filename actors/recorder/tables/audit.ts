import { type Account, account, type Subject } from '../../../protocol/messages/account.ts';
import { type Discrepancy, discrepancy } from '../../../protocol/messages/discrepancy.ts';
import type { RowWriter } from '../row-writer.ts';
import { type Columns, moment, rowPerMessage } from './one-kind.ts';

/** What goes on from account to account. */
export function lineOf(of: Subject): string {
  if (of.kind === 'beam') return `${of.source} ${of.trigger} ${of.inOut}`;
  return of.kind === 'run' ? `${of.site}:${of.detector} ${of.equipment}` : 'beam files';
}

const countIfAny = (rows: RowWriter, count: number | null) => rows.nullable(count, some => rows.int64(some));

type Common = Pick<Account, 'account' | 'of' | 'from' | 'to' | 'opened' | 'version'>;

const OF: Columns<Common> = {
  ts: (rows, { from }) => moment(rows, from),
  kind: (rows, { of }) => rows.text(of.kind),
  line: (rows, { of }) => rows.text(lineOf(of)),
  account: (rows, one) => rows.text(one.account),
  detector: (rows, { of }) => rows.text(of.kind === 'run' ? of.detector : ''),
  run: (rows, { of }) => rows.nullable(of.kind === 'run' ? of.run : null, run => rows.uint32(run)),
  to_ts: (rows, { to }) => moment(rows, to),
  opened: (rows, { opened }) => moment(rows, opened),
  version: (rows, { version }) => rows.uint32(version),
};

/** One row per version of an account. */
export const accountsTable = rowPerMessage<Account>('accounts', account, {
  ...OF,
  complete: (rows, { complete }) => rows.bool(complete),
  expectation: (rows, { expectation }) => rows.text(expectation),
  expected: (rows, { counts }) => countIfAny(rows, counts.expected),
  received: (rows, { counts }) => rows.int64(counts.received),
  made: (rows, { counts }) => countIfAny(rows, counts.made),
  filed: (rows, { counts }) => countIfAny(rows, counts.filed),
  listed: (rows, { counts }) => countIfAny(rows, counts.listed),
  stored: (rows, { counts }) => countIfAny(rows, counts.stored),
  summarised: (rows, { counts }) => countIfAny(rows, counts.summarised),
  late: (rows, { counts }) => rows.int64(counts.late),
  duplicates: (rows, { counts }) => rows.int64(counts.duplicates),
  refused: (rows, { counts }) =>
    rows.array(Object.entries(counts.refused), ([code, count]) => {
      rows.text(code);
      rows.int64(count);
    }),
});

/** One row per version of a discrepancy. */
export const discrepanciesTable = rowPerMessage<Discrepancy>('discrepancies', discrepancy, {
  ...OF,
  discrepancy: (rows, one) => rows.text(one.discrepancy),
  stage: (rows, { stage }) => rows.text(stage),
  sort: (rows, { kind }) => rows.text(kind),
  state: (rows, { state }) => rows.text(state),
  count: (rows, { count }) => rows.int64(count),
  causes: (rows, { causes }) =>
    rows.array(causes, ({ code, count, detail }) => {
      rows.text(code);
      rows.int64(count);
      rows.text(detail);
    }),
  places: (rows, { where }) => rows.text(where),
  since: (rows, { since }) => moment(rows, since),
});
