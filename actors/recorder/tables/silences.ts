import { type Silence, silence } from '../../../protocol/messages/silence.ts';
import { writeMatchers } from './alarm-commands.ts';
import { type Columns, moment, rowPerMessage } from './one-kind.ts';

const COLUMNS: Columns<Silence> = {
  ts: (rows, { at }) => moment(rows, at),
  silence: (rows, one) => rows.text(one.silence),
  revision: (rows, { revision }) => rows.uint32(revision),
  phase: (rows, { phase }) => rows.text(phase),
  matchers: (rows, { matchers }) => writeMatchers(rows, matchers),
  starts_at: (rows, { startsAt }) => moment(rows, startsAt),
  ends_at: (rows, { endsAt }) => moment(rows, endsAt),
  end_when_cleared: (rows, { endWhenCleared }) => rows.bool(endWhenCleared),
  person: (rows, { by }) => rows.text(by),
  comment: (rows, { comment }) => rows.text(comment),
  ended_by: (rows, { endedBy }) => rows.text(endedBy),
  matching: (rows, { matching }) => rows.uint32(matching),
  fired: (rows, { fired }) => rows.uint32(fired),
};

/** One row per change of a silence, with everything about it as it was after it. */
export const silencesTable = rowPerMessage('silences', silence, COLUMNS);
