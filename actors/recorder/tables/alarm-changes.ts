import { areaOf } from '../../../protocol/alarm/alarm-id.ts';
import { shownText } from '../../../protocol/alarm/shown-text.ts';
import { type AlarmChange, alarmChange, type ShownValue } from '../../../protocol/messages/alarm-change.ts';
import { type Columns, moment, momentIfAny, rowPerMessage } from './one-kind.ts';

const COLUMNS: Columns<AlarmChange> = {
  ts: (rows, { at }) => moment(rows, at),
  event_ts: (rows, { eventTime }) => momentIfAny(rows, eventTime),
  alarm: (rows, { alarm }) => rows.text(alarm),
  area: (rows, { alarm }) => rows.text(areaOf(alarm)),
  transition: (rows, { transition }) => rows.int64(transition),
  cause: (rows, { cause }) => rows.text(cause),
  reason: (rows, { reason }) => rows.text(reason),
  state_before: (rows, { from }) => rows.text(from),
  state: (rows, { to }) => rows.text(to),
  severity_before: (rows, { severityBefore }) => rows.text(severityBefore),
  severity: (rows, { severity }) => rows.text(severity),
  peak: (rows, { peak }) => rows.text(peak),
  status: (rows, { status }) => rows.text(status),
  value: (rows, { value }) => rows.nullable(asNumber(value), number => rows.float64(number)),
  value_text: (rows, { value }) => rows.text(shownText(value)),
  units: (rows, { units }) => rows.text(units),
  threshold: (rows, { limit }) => rows.nullable(limit, number => rows.float64(number)),
  mode: (rows, { mode }) => rows.text(mode),
  rules: (rows, { rules }) => rows.uint32(rules),
  title: (rows, { title }) => rows.text(title),
  audience: (rows, { audience }) => rows.texts(audience),
  guidance: (rows, { guidance }) => rows.text(guidance),
  dashboard: (rows, { dashboard }) => rows.text(dashboard),
  labels: (rows, { labels }) => rows.words(labels),
  raised_at: (rows, { raisedAt }) => momentIfAny(rows, raisedAt),
  returned_at: (rows, { returnedAt }) => momentIfAny(rows, returnedAt),
  acknowledged_by: (rows, { acknowledged }) => rows.text(acknowledged?.by ?? ''),
  acknowledged_at: (rows, { acknowledged }) => momentIfAny(rows, acknowledged?.at),
  acknowledged_note: (rows, { acknowledged }) => rows.text(acknowledged?.note ?? ''),
  shelved_by: (rows, { shelved }) => rows.text(shelved?.by ?? ''),
  shelved_at: (rows, { shelved }) => momentIfAny(rows, shelved?.at),
  shelved_reason: (rows, { shelved }) => rows.text(shelved?.reason ?? ''),
  shelved_until: (rows, { shelved }) => momentIfAny(rows, shelved?.until),
  shelved_one_shot: (rows, { shelved }) => rows.bool(shelved?.oneShot ?? false),
  disabled_by: (rows, { disabled }) => rows.text(disabled?.by ?? ''),
  disabled_at: (rows, { disabled }) => momentIfAny(rows, disabled?.at),
  disabled_reason: (rows, { disabled }) => rows.text(disabled?.reason ?? ''),
  suppressed_by: (rows, { suppressedBy }) => rows.text(suppressedBy ?? ''),
  comment_by: (rows, { comment }) => rows.text(comment?.by ?? ''),
  comment_at: (rows, { comment }) => momentIfAny(rows, comment?.at),
  comment_note: (rows, { comment }) => rows.text(comment?.note ?? ''),
  owner: (rows, { owner }) => rows.text(owner ?? ''),
  inputs: (rows, { inputs }) =>
    rows.array(inputs, ({ name, value, at }) => {
      rows.text(name);
      rows.text(shownText(value));
      momentIfAny(rows, at);
    }),
};

/** One row per transition, with everything about the alarm as it was after it. */
export const alarmChangesTable = rowPerMessage('alarm_changes', alarmChange, COLUMNS);

/** NaN and infinities travel as text and are numbers again; a word has no number. */
function asNumber(value: ShownValue): number | null {
  if (typeof value !== 'string') return value === null ? null : Number(value);
  return /^(?:NaN|-?Infinity)$/.test(value) ? Number(value) : null;
}
