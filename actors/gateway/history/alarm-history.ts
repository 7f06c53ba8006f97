import type { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { EventTime } from '../../../protocol/time.ts';
import type { StoreReader } from '../boards/store-reader.ts';
import type { Table } from '../boards/table.ts';
import { type Cursor, formatCursor } from './cursor.ts';

export interface HistoryPage {
  /** The latest first. */
  readonly changes: AlarmChange[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined;
}

const micros = (column: string) => `toUnixTimestamp64Micro(${column})`;

/**
 * Changes before a place, with everything about the alarm as it was. The keys are found first, in columns that are narrow and in
 * the order of the table; guidance and inputs are then read for one page only.
 */
const sqlOf = (ofOne: boolean): string => `
WITH fromUnixTimestamp64Micro({micros:Int64}, 'UTC') AS place
SELECT
  ${micros('ts')} AS ts, ${micros('event_ts')} AS event_ts, alarm, transition, cause, reason, state_before, state,
  severity_before, severity, peak, status, value, value_text, units, threshold, mode, rules, title, audience, guidance,
  dashboard, labels, ${micros('raised_at')} AS raised_at, ${micros('returned_at')} AS returned_at,
  acknowledged_by, ${micros('acknowledged_at')} AS acknowledged_at, acknowledged_note,
  shelved_by, ${micros('shelved_at')} AS shelved_at, shelved_reason, ${micros('shelved_until')} AS shelved_until, shelved_one_shot,
  disabled_by, ${micros('disabled_at')} AS disabled_at, disabled_reason, suppressed_by,
  comment_by, ${micros('comment_at')} AS comment_at, comment_note, owner,
  arrayMap(one -> (one.1, one.2, ${micros('one.3')}), inputs) AS inputs
FROM alarm_changes AS changes
WHERE (changes.alarm, changes.ts, changes.transition) IN (
  SELECT alarm, ts, transition FROM alarm_changes
  WHERE ${ofOne ? 'alarm = {alarm:String} AND ' : ''}ts <= place
    AND (ts, alarm, transition) < (place, {beforeAlarm:String}, {beforeTransition:UInt64})
  ORDER BY ts DESC, alarm DESC, transition DESC
  LIMIT {limit:UInt32}
)
ORDER BY changes.ts DESC, alarm DESC, transition DESC`;

/** What alarms did, from the store: everything that a page has not seen itself. */
export class AlarmHistory {
  readonly #reader: Pick<StoreReader, 'run'>;

  constructor(reader: Pick<StoreReader, 'run'>) {
    this.#reader = reader;
  }

  /**
   * A page of changes, the latest first.
   * @param alarm of this one; undefined: of all
   * @throws SpillwayError STORE_AWAY, QUERY_INVALID. Rejects with the signal's reason when that aborts.
   */
  async page(
    alarm: AlarmId | undefined,
    before: Cursor,
    limit: number,
    signal: AbortSignal,
  ): Promise<HistoryPage> {
    const table = await this.#reader.run(sqlOf(alarm !== undefined), signal, {
      micros: before.micros,
      beforeAlarm: before.alarm,
      beforeTransition: before.transition,
      // One more tells whether there is another page.
      limit: limit + 1,
      ...(alarm === undefined ? {} : { alarm }),
    });
    const changes = rowsOf(table).map(changeOf);
    const shown = changes.slice(0, limit);
    const last = shown.at(-1);
    const next = changes.length > limit && last ? formatCursor(placeOf(last)) : undefined;
    return { changes: shown, next };
  }
}

const placeOf = ({ at, alarm, transition }: AlarmChange): Cursor => ({
  micros: at.seconds * 1e6 + Math.floor(at.nanoseconds / 1e3),
  transition,
  alarm,
});

type Row = Readonly<Record<string, unknown>>;

const rowsOf = ({ columns, values }: Table): Row[] =>
  (values[0] ?? []).map((_, row) =>
    Object.fromEntries(columns.map(({ name }, column) => [name, values[column]?.[row]])),
  );

/** A row of `alarm_changes` as the change it was made from; times are whole microseconds. */
function changeOf(row: Row): AlarmChange {
  const at = (column: string) => momentOf(row[column]);
  const who = (name: string, more: Row) =>
    row[`${name}_by`] === '' ? undefined : { by: row[`${name}_by`], at: at(`${name}_at`), ...more };
  const told = {
    alarm: row['alarm'],
    transition: row['transition'],
    at: at('ts'),
    eventTime: at('event_ts'),
    cause: row['cause'],
    reason: row['reason'],
    from: row['state_before'],
    to: row['state'],
    severity: row['severity'],
    severityBefore: row['severity_before'],
    peak: row['peak'],
    status: row['status'],
    value: valueOf(row['value'], row['value_text']),
    units: row['units'],
    limit: row['threshold'] ?? undefined,
    mode: row['mode'],
    rules: row['rules'],
    title: row['title'],
    audience: row['audience'],
    guidance: row['guidance'],
    dashboard: row['dashboard'],
    labels: row['labels'],
    raisedAt: at('raised_at'),
    returnedAt: at('returned_at'),
    acknowledged: who('acknowledged', { note: row['acknowledged_note'] }),
    shelved: who('shelved', {
      reason: row['shelved_reason'],
      until: at('shelved_until'),
      oneShot: row['shelved_one_shot'],
    }),
    disabled: who('disabled', { reason: row['disabled_reason'] }),
    suppressedBy: row['suppressed_by'] || undefined,
    comment: who('comment', { note: row['comment_note'] }),
    owner: row['owner'] || undefined,
    inputs: (row['inputs'] as [name: string, value: string, at: number | null][]).map(
      ([name, value, micros]) => ({
        name,
        value: value === '' ? null : value,
        ...(micros === null ? {} : { at: momentOf(micros) }),
      }),
    ),
  };
  return AlarmChange.parse(
    Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
  );
}

function momentOf(micros: unknown): EventTime | undefined {
  if (typeof micros !== 'number') return undefined;
  const seconds = Math.floor(micros / 1e6);
  return { seconds, nanoseconds: (micros - seconds * 1e6) * 1e3 };
}

/** The number where there is one; a word, yes or no stand beside it as text. */
function valueOf(number: unknown, text: unknown): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return number ?? (text === '' ? null : text);
}
