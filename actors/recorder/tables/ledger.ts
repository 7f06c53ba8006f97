import { fileClosed } from '../../../protocol/messages/file-closed.ts';
import type { LedgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import type { LedgerGap } from '../../../protocol/messages/ledger-gap.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import type { TableMapping } from '../rows.ts';
import { microseconds } from './times.ts';

const REACHED = 1;
const MISSING = 2;

/** What has reached which stage, and what is missing there. Closed files have accounts. */
export const ledgerTable: TableMapping<unknown> = {
  table: 'ledger',
  columns: ['ts', 'stage', 'kind', 'of_stream', 'first', 'last', 'count', 'reason', 'stream', 'sequence'],
  sequence: 'sequence',
  write(rows, delivered) {
    if (delivered.type === fileClosed.type) return 0;
    const { body, stream, sequence } = delivered as Delivered<LedgerEntry | LedgerGap>;
    const missing = 'reason' in body;
    rows.int64(microseconds(body.at));
    rows.text(body.stage);
    rows.uint8(missing ? MISSING : REACHED);
    rows.text(body.stream);
    rows.int64(body.first);
    rows.int64(body.last);
    rows.int64(missing ? body.last - body.first + 1 : body.count);
    rows.text(missing ? body.reason : '');
    rows.text(stream);
    rows.int64(sequence);
    return 1;
  },
};
