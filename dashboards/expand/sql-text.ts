/** A stretch of ClickHouse SQL: what the plugin may expand, and what it leaves alone. */
export interface Stretch {
  readonly kind: 'code' | 'quoted' | 'comment';
  readonly text: string;
}

/**
 * Cuts SQL into code, quoted text ('', "", ``, $tag$…$tag$; with backslash escapes and doubled quotes) and comments
 * (`--` and slash-star), as the plugin does before it looks for macros (pkg/macros/macros.go, clickHouseComments).
 * What is never closed reaches to the end.
 */
export function stretches(sql: string): readonly Stretch[] {
  const found: Stretch[] = [];
  let code = 0;
  let at = 0;
  while (at < sql.length) {
    const kind = kindAt(sql, at);
    if (!kind) {
      at += 1;
      continue;
    }
    if (at > code) found.push({ kind: 'code', text: sql.slice(code, at) });
    const end = kind === 'comment' ? endOfComment(sql, at) : endOfQuoted(sql, at);
    found.push({ kind, text: sql.slice(at, end) });
    code = at = end;
  }
  if (sql.length > code) found.push({ kind: 'code', text: sql.slice(code) });
  return found;
}

const DOLLAR_TAG = /\$\w*\$/y;

function kindAt(sql: string, at: number): 'quoted' | 'comment' | undefined {
  const character = sql[at];
  if (character === "'" || character === '"' || character === '`') return 'quoted';
  if (character === '$') return dollarTag(sql, at) === undefined ? undefined : 'quoted';
  return sql.startsWith('--', at) || sql.startsWith('/*', at) ? 'comment' : undefined;
}

/** `$doc$` where it opens a text that is closed by the same tag; `$__from$` alone opens nothing. */
function dollarTag(sql: string, at: number): string | undefined {
  DOLLAR_TAG.lastIndex = at;
  const tag = DOLLAR_TAG.exec(sql)?.[0];
  return tag !== undefined && sql.includes(tag, at + tag.length) ? tag : undefined;
}

function endOfComment(sql: string, at: number): number {
  const [close, length] = sql.startsWith('--', at) ? ['\n', 0] : ['*/', 2];
  const end = sql.indexOf(close, at + 2);
  return end < 0 ? sql.length : end + length;
}

/** Index after the closing quote. */
export function endOfQuoted(sql: string, at: number): number {
  const quote = sql[at];
  if (quote === '$') {
    const tag = dollarTag(sql, at) ?? '$';
    return sql.indexOf(tag, at + tag.length) + tag.length;
  }
  for (let index = at + 1; index < sql.length; index += 1) {
    if (sql[index] === '\\') index += 1;
    else if (sql[index] === quote) {
      if (sql[index + 1] !== quote) return index + 1;
      index += 1;
    }
  }
  return sql.length;
}

/** Text without comments, in which offsets stay what they were. */
export const withoutComments = (sql: string): string =>
  stretches(sql)
    .map(({ kind, text }) => (kind === 'comment' ? text.replaceAll(/[^\n]/g, ' ') : text))
    .join('');

/** Arguments of the call whose `(` stands at `open`, split at commas outside of brackets and quotes, and where it ends. */
export function argumentsAt(sql: string, open: number): { args: string[]; end: number } | undefined {
  const args: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < sql.length; at += 1) {
    const character = sql[at];
    if (character === "'" || character === '"' || character === '`') at = endOfQuoted(sql, at) - 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth > 0) continue;
      const last = sql.slice(start, at);
      return { args: args.length === 0 && last.trim() === '' ? [] : [...args, last], end: at + 1 };
    } else if (character === ',' && depth === 1) {
      args.push(sql.slice(start, at));
      start = at + 1;
    }
  }
  return undefined;
}
