import { RE2JS, RE2JSSyntaxException } from 're2js';
import { SpillwayError } from '../errors.ts';
import type { Matcher } from '../messages/alarm-command.ts';
import type { Labels } from './labels.ts';

/**
 * Says whether labels fit all matchers, by Alertmanager's rules: a label that is not there is empty text, and a regular
 * expression (RE2: linear time, whatever somebody writes) must fit the whole value.
 * @throws SpillwayError EXPRESSION_INVALID for a regular expression that is none.
 */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileOne);
  return labels => tests.every(test => test(labels));
}

function compileOne(matcher: Matcher): (labels: Labels) => boolean {
  const { name, value, isRegex, isEqual } = matcher;
  const valueOf = (labels: Labels): string => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : '');
  if (!isRegex) return labels => (valueOf(labels) === value) === isEqual;
  const expression = compileRegex(value);
  return labels => expression(valueOf(labels)) === isEqual;
}

/** An RE2 expression that must fit the whole text. @throws SpillwayError EXPRESSION_INVALID */
export function compileRegex(text: string): (value: string) => boolean {
  try {
    const compiled = RE2JS.compile(text);
    return value => compiled.matches(value);
  } catch (cause) {
    if (!(cause instanceof RE2JSSyntaxException)) throw cause;
    throw new SpillwayError('EXPRESSION_INVALID', `${text}: ${cause.message}`, { cause });
  }
}

/** `severity=~"MAJOR|INVALID"`: a label, one of `=`, `!=`, `=~` and `!~`, and a value that may stand in quotes. */
const FORM = /^([a-zA-Z_][a-zA-Z0-9_.-]*)\s*(=~|=|!=|!~)(.*)$/s;

/**
 * A matcher as people and amtool write it. In quotes, `\"`, `\n` and `\\` are what they are in JSON and any other backslash
 * stands for itself, as in Alertmanager.
 * @throws SpillwayError EXPRESSION_INVALID
 */
export function parseMatcher(text: string): Matcher {
  const [, name = '', operator = '', raw = ''] = FORM.exec(text.trim()) ?? [];
  const [, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|([^"]*))$/s.exec(raw.trim()) ?? [];
  const value = quoted === undefined ? plain : quoted.replaceAll(/\\([n"\\])/g, unescape);
  if (name === '' || value === undefined)
    throw new SpillwayError(
      'EXPRESSION_INVALID',
      `${text}: must be a matcher such as area="beam/horn" or severity=~"MAJOR|INVALID"`,
    );
  const matcher = { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
  if (matcher.isRegex) compileRegex(value);
  return matcher;
}

const unescape = (_: string, char: string): string => (char === 'n' ? '\n' : char);

/** As `parseMatcher` reads it. */
export const formatMatcher = ({ name, value, isRegex, isEqual }: Matcher): string => {
  const operator = isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!=';
  const quoted = value.replaceAll(/["\\]/g, char => `\\${char}`).replaceAll('\n', String.raw`\n`);
  return `${name}${operator}"${quoted}"`;
};
