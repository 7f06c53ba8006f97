import { EngineError } from './engine-error.ts';
import { nameOf, type Token } from './lexer.ts';
import type { Statement } from './statement.ts';

/**
 * What a read-only account may send. The session itself has `readonly = 1`, so the engine refuses every write and
 * nearly every table function that leaves the database. These rules close what that setting leaves open, each tried
 * on 26.7: the functions `file` and `catboostEvaluate` read any file of the machine (also when only named, as in
 * `arrayMap(file, …)`), `eval` runs text we cannot see, `DESCRIBE url(…)` goes out to the network, and `KILL` and
 * `CHECK` are allowed.
 */

const VERBS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS']);
const FORBIDDEN_NAMES = new Set(['file', 'catboostevaluate', 'eval']);

/** Settings of a request a reader may choose: limits, presentation, time zone. Others can write files or lift limits. */
const SETTINGS = new RegExp(
  `^(?:limit|offset|final|extremes|session_timezone|date_time_output_format|join_use_nulls|log_comment|readonly|${[
    'max_(?:execution_time|result_rows|result_bytes|rows_to_read|bytes_to_read|threads|block_size|memory_usage)',
    '(?:result|read|timeout)_overflow_mode',
    'output_format_(?:json|csv|tsv|decimal|write_statistics)\\w*',
    'http_\\w+',
  ].join('|')})$`,
);

const READONLY = 164;
const refuse = (what: string) =>
  new EngineError(READONLY, 'READONLY', `${what} is not open to a read-only account`);

/**
 * @param tableFunctions lower-case names of the table functions the engine itself does not allow to readers.
 * @throws EngineError READONLY naming what was refused.
 */
export function checkReadOnly(statement: Statement, tableFunctions: ReadonlySet<string>): void {
  if (!VERBS.has(statement.verb)) throw refuse(statement.verb);
  statement.tokens.forEach((token, index) => {
    if (token.kind === 'odd') throw refuse(`the text \`${token.text.slice(0, 20)}\``);
    if (token.kind === 'quoted' && token.text.includes('\\')) throw refuse('an escape in a quoted name');
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    const name = nameOf(token).toLowerCase();
    if (FORBIDDEN_NAMES.has(name)) throw refuse(`the name ${name}`);
    if (tableFunctions.has(name) && statement.tokens[index + 1]?.text === '(')
      throw refuse(`the table function ${name}`);
    if (name === 'identifier' && isParameterType(statement.tokens[index - 1]))
      throw refuse('a parameter of type Identifier');
  });
}

const isParameterType = (before: Token | undefined): boolean => before?.text === ':';

/** @throws EngineError READONLY naming the first setting a reader may not choose. */
export function checkReadOnlySettings(names: Iterable<string>): void {
  for (const name of names) if (!SETTINGS.test(name)) throw refuse(`the setting ${name}`);
}
