import { SpillwayError } from '../../protocol/errors.ts';
import { FORMATS, PLUGIN_FORMAT, QUOTING, type Value } from './formats.ts';

/** A variable as it stands. */
export interface Variable {
  readonly value: Value;
  /** What the reader sees of it; the value when left out. */
  readonly text?: string;
  /** `All` is chosen: `value` then holds every option. */
  readonly all?: boolean;
  /**
   * The board's author wrote every value it can take. Anything else (typed in, from an address, from the store) is
   * refused where it could leave its literal.
   */
  readonly trusted: boolean;
}

/** By name. */
export type Variables = ReadonlyMap<string, Variable>;

/** `$name`, `[[name:format]]`, `${name.path:format}`: Grafana's own expression for them. */
export const VARIABLE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/**
 * Puts the values of variables into a text, as Grafana does for this data source. What is no variable is left as it is:
 * `$__timeFilter(ts)` is for the plugin.
 *
 * Grafana's `singlequote` and `sqlstring` do not escape the backslash, which ClickHouse takes for an escape: a value
 * that ends in one would swallow the closing quote. Such a value is refused here.
 * @throws SpillwayError QUERY_INVALID for a format there is not, and for a value that could change the query
 */
export function interpolate(text: string, variables: Variables): string {
  return text.replaceAll(
    VARIABLE,
    (
      match: string,
      bare?: string,
      square?: string,
      squareFormat?: string,
      braced?: string,
      ...rest: unknown[]
    ) => {
      const name = bare ?? square ?? braced ?? '';
      const variable = variables.get(name);
      if (!variable) return match;
      const format = (rest[1] as string | undefined) ?? squareFormat;
      return formatted(name, variable, format);
    },
  );
}

function formatted(name: string, variable: Variable, format: string | undefined): string {
  const { value, text = typeof value === 'string' ? value : value.join(' + '), trusted } = variable;
  if (format?.startsWith('date')) return dated(String(value), format.slice('date:'.length) || 'iso');
  const write = format === undefined ? PLUGIN_FORMAT : FORMATS[format];
  if (!write) throw new SpillwayError('QUERY_INVALID', `\${${name}:${format}}: there is no format ${format}`);
  if (!trusted) refuseUnsafe(name, value, format);
  return write(value, name, text);
}

function dated(value: string, format: string): string {
  const ms = Number(value);
  if (format === 'seconds') return String(Math.round(ms / 1_000));
  if (format === 'iso') return new Date(ms).toISOString();
  throw new SpillwayError('QUERY_INVALID', `date:${format}: only date:iso and date:seconds are known`);
}

/** Characters of device names, times and numbers: none of them ends a literal or begins a comment. */
const HARMLESS = /^(?:[\w:.@+ /%]|-(?!-))*$/;

function refuseUnsafe(name: string, value: Value, format: string | undefined): void {
  const quoting = format !== undefined && QUOTING.has(format);
  for (const one of typeof value === 'string' ? [value] : value)
    if (quoting ? /[\\\0]/.test(one) : !HARMLESS.test(one))
      throw new SpillwayError(
        'QUERY_INVALID',
        `variable ${name}: ${JSON.stringify(one)} is refused: ${
          quoting
            ? 'a backslash could end its literal'
            : 'without singlequote or sqlstring only letters, digits and _ : . @ + / % - may stand in a query'
        }`,
      );
}

/** Names of the variables a text uses, Grafana's built-in ones and the macros of the plugin among them. */
export const variablesIn = (text: string): ReadonlyMap<string, ReadonlySet<string | undefined>> => {
  const found = new Map<string, Set<string | undefined>>();
  for (const [, bare, square, squareFormat, braced, , format] of text.matchAll(VARIABLE)) {
    const name = bare ?? square ?? braced ?? '';
    found.set(name, (found.get(name) ?? new Set()).add(format ?? squareFormat));
  }
  return found;
};
