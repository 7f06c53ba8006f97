import { EngineError } from './engine-error.ts';
import { type Token, tokens } from './lexer.ts';

/** One SQL statement as the HTTP interface sees it. */
export interface Statement {
  /** The statement alone: no semicolon and nothing after it. */
  readonly text: string;
  /** First keyword in upper case, e.g. `SELECT`. */
  readonly verb: string;
  /** Name after `FORMAT`, if the statement says one. */
  readonly format: string | undefined;
  /** For `INSERT … FORMAT X` and `INSERT … VALUES`: where the rows begin in the text given; they are not in `text`. */
  readonly rowsFrom: number | undefined;
  readonly tokens: readonly Token[];
}

const SYNTAX_ERROR = 62;
const NOT_IMPLEMENTED = 48;

/**
 * Reads what kind of statement this is, without judging whether it is correct: that is the engine's part.
 * @throws EngineError for nothing at all, for a second statement, and for statements that reach into the file system
 *   of the client (`INTO OUTFILE`, `FROM INFILE`): the embedded engine would take ours for it.
 */
export function readStatement(sql: string): Statement {
  if (sql.includes('\0')) throw new EngineError(SYNTAX_ERROR, 'SYNTAX_ERROR', 'Zero byte in a statement');
  const seen: Token[] = [];
  let verb = '';
  let depth = 0;
  let semicolon: Token | undefined;
  let insertsRows = false;
  for (const token of tokens(sql)) {
    if (semicolon && token.text !== ';')
      throw new EngineError(SYNTAX_ERROR, 'SYNTAX_ERROR', 'Multi-statements are not allowed');
    if (token.text === ';') {
      semicolon ??= token;
      continue;
    }
    const before = seen.at(-1);
    seen.push(token);
    if (token.kind === 'symbol')
      depth += '([{'.includes(token.text) ? 1 : ')]}'.includes(token.text) ? -1 : 0;
    if (token.kind !== 'word') continue;
    const word = token.text.toUpperCase();
    if (!verb) {
      verb = word;
      insertsRows = word === 'INSERT';
    }
    refuseClientFiles(before, word);
    if (insertsRows && depth === 0 && !isName(before)) {
      if (word === 'SELECT' || word === 'WITH') insertsRows = false;
      if (word === 'VALUES')
        return { text: sql.slice(0, token.end), verb, format: 'Values', rowsFrom: token.end, tokens: seen };
      if (before?.text.toUpperCase() === 'FORMAT')
        return { text: sql.slice(0, token.end), verb, format: token.text, rowsFrom: token.end, tokens: seen };
    }
  }
  const last = seen.at(-1);
  if (!last || !verb) throw new EngineError(SYNTAX_ERROR, 'SYNTAX_ERROR', 'Empty query');
  return { text: sql.slice(0, last.end), verb, format: formatOf(seen), rowsFrom: undefined, tokens: seen };
}

/** A word after `.`, `INTO` or `TABLE` is a name, whatever it spells. */
const isName = (before: Token | undefined): boolean =>
  before !== undefined && /^(?:\.|into|table)$/i.test(before.text);

function refuseClientFiles(before: Token | undefined, word: string): void {
  const previous = before?.text.toUpperCase();
  if ((previous === 'INTO' && word === 'OUTFILE') || (previous === 'FROM' && word === 'INFILE'))
    throw new EngineError(
      NOT_IMPLEMENTED,
      'NOT_IMPLEMENTED',
      `${previous} ${word} is not available over HTTP`,
    );
}

/** `FORMAT X` stands last, but for a `SETTINGS` clause. */
function formatOf(seen: readonly Token[]): string | undefined {
  for (let index = seen.length - 2; index >= 0; index -= 1) {
    const name = seen[index + 1];
    const after = seen[index + 2];
    if (seen[index]?.text.toUpperCase() !== 'FORMAT' || name?.kind !== 'word') continue;
    return !after || after.text.toUpperCase() === 'SETTINGS' ? name.text : undefined;
  }
  return undefined;
}

/** `INSERT INTO [db.]table [(columns)] FORMAT X` and nothing else: what the engine takes without a detour by a file. */
export function plainInsert(statement: Statement): PlainInsert | undefined {
  const match =
    /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\s*(?:\(([\w\s,]+)\))?\s*FORMAT\s+(\w+)$/i.exec(
      statement.text,
    );
  const [, table, columns, format] = match ?? [];
  const raw = RAW_FORMATS.find(name => name.toLowerCase() === format?.toLowerCase());
  if (table === undefined || raw === undefined) return undefined;
  return { table, format: raw, ...(columns && { columns: columns.split(',').map(name => name.trim()) }) };
}

/** Formats the engine's API takes as bytes. */
const RAW_FORMATS = [
  'JSONEachRow',
  'JSONCompactEachRow',
  'TabSeparated',
  'TSV',
  'CSV',
  'CSVWithNames',
] as const;

export interface PlainInsert {
  readonly table: string;
  readonly columns?: readonly string[];
  readonly format: (typeof RAW_FORMATS)[number];
}
