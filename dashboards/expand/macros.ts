import { SpillwayError } from '../../protocol/errors.ts';
import { intervalMs, intervalText } from './interval.ts';
import { argumentsAt, stretches, withoutComments } from './sql-text.ts';
import type { TimeRange } from './time-range.ts';

/** What macros are expanded from. */
export interface MacroContext extends TimeRange {
  /** Time between two points, in ms. */
  readonly intervalMs: number;
}

type Macro = (args: readonly string[], context: MacroContext) => string;

const seconds = (ms: number): string => `toDateTime(${Math.floor(ms / 1_000)})`;
const millis = (ms: number): string => `fromUnixTimestamp64Milli(${Math.floor(ms)})`;
const date = (ms: number): string => `toDate('${new Date(ms).toISOString().slice(0, 10)}')`;
const between = (column: string, write: (ms: number) => string, { fromMs, toMs }: TimeRange): string =>
  `${column} >= ${write(fromMs)} AND ${column} <= ${write(toMs)}`;
const wholeSeconds = ({ intervalMs: ms }: MacroContext): number => Math.max(1, Math.floor(ms / 1_000));

const plain =
  (write: (context: MacroContext) => string): Macro =>
  (_args, context) =>
    write(context);
const ofColumn =
  (write: (column: string, context: MacroContext) => string): Macro =>
  ([column = ''], context) =>
    write(column, context);

const dateTimeFilter: Macro = ([day = '', time = ''], context) =>
  `(${between(day, date, context)}) AND (${between(time, seconds, context)})`;

/** Name, number of arguments, expansion: pkg/macros/macros.go of the plugin, `ClickHouseMacros`, at 4.20. */
const MACROS: ReadonlyMap<string, readonly [count: number, expand: Macro]> = new Map<
  string,
  readonly [number, Macro]
>([
  ['timeFilter', [1, ofColumn((column, context) => between(column, seconds, context))]],
  ['timeFilter_ms', [1, ofColumn((column, context) => between(column, millis, context))]],
  ['dateFilter', [1, ofColumn((column, context) => between(column, date, context))]],
  ['dateTimeFilter', [2, dateTimeFilter]],
  ['dt', [2, dateTimeFilter]],
  ['timeFrom', [1, ofColumn((column, { fromMs }) => `${column} >= ${seconds(fromMs)}`)]],
  ['timeTo', [1, ofColumn((column, { toMs }) => `${column} <= ${seconds(toMs)}`)]],
  ['fromTime', [0, plain(({ fromMs }) => seconds(fromMs))]],
  ['toTime', [0, plain(({ toMs }) => seconds(toMs))]],
  ['fromTime_ms', [0, plain(({ fromMs }) => millis(fromMs))]],
  ['toTime_ms', [0, plain(({ toMs }) => millis(toMs))]],
  [
    'timeInterval',
    [
      1,
      ofColumn(
        (column, context) =>
          `toStartOfInterval(toDateTime(${column}), INTERVAL ${wholeSeconds(context)} second)`,
      ),
    ],
  ],
  [
    'timeInterval_ms',
    [
      1,
      ofColumn(
        (column, { intervalMs: ms }) =>
          `toStartOfInterval(toDateTime64(${column}, 3), INTERVAL ${Math.max(1, Math.floor(ms))} millisecond)`,
      ),
    ],
  ],
  ['interval_s', [0, plain(context => String(wholeSeconds(context)))]],
  // Usually put in by the browser already; here for alert rules.
  ['interval', [0, plain(({ intervalMs: ms }) => intervalText(ms))]],
  ['interval_ms', [0, plain(({ intervalMs: ms }) => String(ms))]],
  ['timeGroup', [2, timeGroup]],
]);

function timeGroup([column = '', period = '']: readonly string[]): string {
  const ms = intervalMs(period.trim().replaceAll(/['"]/g, ''));
  if (!ms) throw new SpillwayError('QUERY_INVALID', `$__timeGroup: ${period.trim()} is not an interval`);
  return `toStartOfInterval(toDateTime(${column.trim()}), INTERVAL ${Math.round(ms / 1_000)} second)`;
}

/** They rewrite the whole statement (pkg/macros/statement.go, August 2026): not part of what we draw or check. */
const STATEMENT_MACROS: ReadonlySet<string> = new Set([
  'columns',
  'rateColumns',
  'perSecondColumns',
  'increaseColumns',
  'lttb',
]);

const CALL = /\$__(\w+)/g;

/**
 * Expands the macros of the plugin's backend, the inner ones first; comments go, quoted text stays as it is.
 * @throws SpillwayError QUERY_INVALID for a macro there is not, or with the wrong number of arguments
 */
export const expandMacros = (sql: string, context: MacroContext): string =>
  expandCalls(withoutComments(sql), context);

function expandCalls(sql: string, context: MacroContext): string {
  const quoted = quotedRanges(sql);
  let done = '';
  let at = 0;
  for (const match of sql.matchAll(CALL)) {
    const { index } = match;
    if (index < at || quoted.some(([begin, end]) => index >= begin && index < end)) continue;
    const name = match[1] ?? '';
    const [count, expand] = macroOf(name);
    const open = index + match[0].length;
    const call = sql[open] === '(' ? argumentsAt(sql, open) : { args: [], end: open };
    if (!call) throw new SpillwayError('QUERY_INVALID', `$__${name}: its bracket is never closed`);
    if (call.args.length !== count)
      throw new SpillwayError(
        'QUERY_INVALID',
        `$__${name} takes ${count} arguments, not ${call.args.length}`,
      );
    const args = call.args.map(text => expandCalls(text.trim(), context));
    done += sql.slice(at, index) + expand(args, context);
    at = call.end;
  }
  return done + sql.slice(at);
}

function macroOf(name: string): readonly [number, Macro] {
  const macro = MACROS.get(name);
  if (macro) return macro;
  const why = STATEMENT_MACROS.has(name)
    ? 'rewrites the whole statement, which is not supported here: write the query out'
    : 'is not a macro of the ClickHouse data source';
  throw new SpillwayError('QUERY_INVALID', `$__${name} ${why}`);
}

function quotedRanges(sql: string): readonly (readonly [number, number])[] {
  let at = 0;
  return stretches(sql).flatMap(({ kind, text }) => {
    const begin = at;
    at += text.length;
    return kind === 'quoted' ? [[begin, at] as const] : [];
  });
}
