import { SpillwayError } from '../../protocol/errors.ts';
import { intervalText } from './interval.ts';
import { expandMacros } from './macros.ts';
import { argumentsAt, stretches, withoutComments } from './sql-text.ts';
import type { TimeRange } from './time-range.ts';
import { interpolate, type Variable, type Variables, variablesIn } from './variables.ts';

/** Everything a query of a panel is expanded from. */
export interface ExpandContext extends TimeRange {
  /** Time between two points, in ms: `intervalOf`. */
  readonly intervalMs: number;
  readonly variables: Variables;
}

const own = (value: string): Variable => ({ value, trusted: true });

/** Grafana's own variables, put in by the browser. */
const builtIn = ({ fromMs, toMs, intervalMs }: ExpandContext): [string, Variable][] => {
  const range = toMs - fromMs;
  return [
    ['__interval', own(intervalText(intervalMs))],
    ['__interval_ms', own(String(intervalMs))],
    ['__from', own(String(fromMs))],
    ['__to', own(String(toMs))],
    ['__range', own(`${Math.round(range / 1_000)}s`)],
    ['__range_s', own(String(Math.round(range / 1_000)))],
    ['__range_ms', own(String(range))],
    ['__timezone', own('utc')],
  ];
};

/**
 * The SQL that ClickHouse gets to see for a query of a board: first what Grafana's browser does (`$__conditionalAll`,
 * variables, `$__adHocFilters` without filters), then what the plugin's backend does (macros).
 * @throws SpillwayError QUERY_INVALID naming the macro or variable that is not understood
 */
export function expandQuery(sql: string, context: ExpandContext): string {
  const variables = new Map([...context.variables, ...builtIn(context)]);
  const chosen = conditionalAll(withoutComments(sql), context.variables);
  for (const name of variablesIn(withoutDollarQuotes(chosen)).keys())
    if (!name.startsWith('__') && !variables.has(name))
      throw new SpillwayError('QUERY_INVALID', `no variable is called ${name}`);
  const filtered = interpolate(chosen, variables).replaceAll(
    /\$__adHocFilters\s*\(([^)]+)\)/g,
    'additional_table_filters={}',
  );
  return expandMacros(filtered, context);
}

/** `$tag$…$tag$` is a literal of ClickHouse: its tag is no variable. */
const withoutDollarQuotes = (sql: string): string =>
  stretches(sql)
    .filter(({ kind, text }) => kind !== 'quoted' || !text.startsWith('$'))
    .map(({ text }) => text)
    .join('');

/** `$__conditionalAll(condition, $variable)`: the condition, or `1=1` when all is chosen (CHDatasource, applyConditionalAll). */
function conditionalAll(sql: string, variables: Variables): string {
  const macro = '$__conditionalAll';
  let rest = sql;
  for (let at = rest.lastIndexOf(`${macro}(`); at >= 0; at = rest.lastIndexOf(`${macro}(`)) {
    const call = argumentsAt(rest, at + macro.length);
    const [condition, variable = ''] = call?.args ?? [];
    const name = /^\s*\$\{?(\w+)\}?\s*$/.exec(variable)?.[1];
    if (!call || condition === undefined || call.args.length !== 2 || name === undefined)
      throw new SpillwayError('QUERY_INVALID', `${macro} takes a condition and a bare variable`);
    const known = variables.get(name);
    if (!known) throw new SpillwayError('QUERY_INVALID', `${macro}: no variable is called ${name}`);
    const phrase = known.all || String(known.value) === '' ? '1=1' : condition;
    rest = rest.slice(0, at) + phrase + rest.slice(call.end);
  }
  return rest;
}
