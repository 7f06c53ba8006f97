/**
 * ClickHouse SQL cut into tokens, as far as the HTTP interface must know them: enough to see where a statement
 * ends, what kind it is, and every name in it. Comments and white space are left out. What could make the engine see
 * other tokens than we do is marked `odd`, so that a rule about what may *not* occur can refuse it.
 *
 * Rules as of ClickHouse's `src/Parsers/Lexer.cpp`, tried on 26.7.
 */

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'symbol' | 'odd';
  /** As written, quotes included. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const WORD = /[A-Za-z0-9_][A-Za-z0-9_$]*/y;
// A backslash escapes any character; a doubled quote simply starts the next piece.
const STRING = /'(?:[^'\\]|\\[^])*'/y;
const QUOTED = /`(?:[^`\\]|\\[^])*`|"(?:[^"\\]|\\[^])*"/y;
// `# ` and `#!` comments, here-documents, typographic quotes: all legal, none needed by a dashboard.
const HASH_COMMENT = /#[ !][^\n]*/y;
const HEREDOC = /\$([A-Za-z0-9_]*)\$[^]*?\$\1\$/y;
const CURLY = /‘[^’]*’|“[^”]*”/y;

/** Tokens from `from` on. An unclosed quote or comment is one `odd` token to the end. */
export function* tokens(sql: string, from = 0): Generator<Token> {
  let at = from;
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(sql) ? pattern.lastIndex : -1;
  };
  while (at < sql.length) {
    let end = match(SPACE);
    if (end < 0) end = match(LINE_COMMENT);
    if (end < 0 && sql.startsWith('/*', at)) end = endOfComment(sql, at);
    if (end >= 0) {
      at = end;
      continue;
    }
    const token = next(sql, at, match);
    yield token;
    at = token.end;
  }
}

function next(sql: string, start: number, match: (pattern: RegExp) => number): Token {
  const token = (kind: Token['kind'], end: number): Token => ({
    kind,
    text: sql.slice(start, end),
    start,
    end,
  });
  const kinds = [
    ['word', WORD],
    ['string', STRING],
    ['quoted', QUOTED],
    ['odd', HASH_COMMENT],
    ['odd', HEREDOC],
    ['odd', CURLY],
  ] as const;
  for (const [kind, pattern] of kinds) {
    const end = match(pattern);
    if (end > start) return token(kind, end);
  }
  const character = sql[start] ?? '';
  if (`'"\``.includes(character) || sql.startsWith('/*', start)) return token('odd', sql.length);
  return token(/[!-~]/.test(character) && !'#$'.includes(character) ? 'symbol' : 'odd', start + 1);
}

/** Comments nest. -1 when it is not closed. */
function endOfComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return -1;
}

/** The name a word or a quoted identifier stands for. */
export const nameOf = (token: Token): string =>
  token.kind === 'quoted' ? token.text.slice(1, -1) : token.text;
