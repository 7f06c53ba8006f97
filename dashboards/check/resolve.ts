import { ALL } from '../../protocol/panel-query.ts';
import type { Variable } from '../expand/variables.ts';
import type { BoardVariable } from '../read-board.ts';

/** What Grafana would choose for a variable when the board is opened; `options` are the rows of its query, if it has one. */
export function resolve(variable: BoardVariable, options: readonly string[] = []): Variable | undefined {
  const { type, current, multi = false, includeAll = false, allValue } = variable;
  const chosen = valuesOf(current?.value);
  switch (type) {
    case 'datasource':
      return { value: chosen[0] ?? 'store', trusted: true };
    case 'constant':
      return { value: variable.query || (chosen[0] ?? ''), trusted: true };
    case 'textbox':
      return { value: chosen[0] ?? variable.query, trusted: false };
    case 'interval':
    case 'custom':
      return choose(chosen, customOptions(variable.query), { multi, includeAll, allValue, trusted: true });
    case 'query':
      return choose(chosen, options, { multi, includeAll, allValue, trusted: false });
    default:
      return undefined;
  }
}

/** What is chosen, one value or several, as a list. */
export const valuesOf = (value: unknown): readonly string[] =>
  value === undefined || value === null || value === ''
    ? []
    : (Array.isArray(value) ? value : [value]).map(String);

interface Choice {
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue: string | null | undefined;
  readonly trusted: boolean;
}

function choose(chosen: readonly string[], options: readonly string[], choice: Choice): Variable | undefined {
  const { multi, includeAll, allValue, trusted } = choice;
  if (includeAll && (chosen[0] === ALL || chosen.length === 0))
    return allValue
      ? { value: allValue, all: true, trusted: true }
      : { value: options, text: 'All', all: true, trusted };
  const there = chosen.filter(value => options.length === 0 || options.includes(value));
  const values = there.length > 0 ? there : options.slice(0, 1);
  if (values.length === 0) return undefined;
  return { value: multi ? values : (values[0] ?? ''), trusted };
}

/** `a, b, Text : value`; a comma in a value is written `\,`. */
export const customOptions = (query: string): readonly string[] =>
  query
    .split(/(?<!\\),/)
    .map(text => (/^\s*.+?\s+:\s+(.+)$/.exec(text)?.[1] ?? text).replaceAll(String.raw`\,`, ',').trim())
    .filter(text => text !== '');
