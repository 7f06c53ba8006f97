import type { Session } from 'chdb';
import { type Rows, readText, takeRows } from './body.ts';
import { StoreAccess } from './contract.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { helloBlock, isHello } from './hello.ts';
import { checkReadOnly, checkReadOnlySettings } from './read-only.ts';
import type { StoreRequest } from './request.ts';
import { literal, type SessionState } from './sessions.ts';
import { plainInsert, readStatement, type Statement } from './statement.ts';

/** Statements after which a session is as it was; `SET`, `USE` and temporary tables stay in it. */
const STATELESS = new Set(['SELECT', 'WITH', 'INSERT', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN']);

/** Seconds a reader's query may run when the request does not say: nothing stops one whose caller has gone. */
const READER_SECONDS = 60;

/** The answer to a statement, for `respond.ts` to send. */
export interface Answer {
  readonly format: string;
  readonly body: Buffer | AsyncIterable<Uint8Array>;
  /** What is known of rows and bytes, as in `X-ClickHouse-Summary`. */
  readonly summary: Readonly<Record<string, number>>;
}

/** Rows up to this size go to the engine from memory. */
const ROWS_IN_MEMORY = 4 * 1024 ** 2;

/** A result in a format that cannot be sent in pieces is held in memory; this bounds it. */
const HELD_RESULT_BYTES = 256 * 1024 ** 2;

/** Formats whose pieces, put end to end, are again that format. */
const STREAMED = new Set([
  'JSONEachRow',
  'JSONLines',
  'NDJSON',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'JSONCompactStringsEachRow',
  'TabSeparated',
  'TSV',
  'TabSeparatedRaw',
  'TSVRaw',
  'CSV',
  'RowBinary',
  'Native',
]);

/**
 * Runs the statement of a request. `send` is called once, while the session is held, and must have taken the whole
 * answer when it resolves.
 * @throws EngineError, or the engine's own error, before `send` was called; after it, errors come out of its body.
 */
export async function execute(
  engine: Engine,
  spoolDirectory: string,
  request: StoreRequest,
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
  send: (answer: Answer) => Promise<void>,
): Promise<void> {
  const inUrl = request.sql === '' ? undefined : readStatement(request.sql);
  // Rows follow the statement of the URL; anything else in the body is more SQL, as with the server.
  const rowsInBody = inUrl?.rowsFrom !== undefined;
  const sql = rowsInBody ? request.sql : request.sql + (await readText(body));
  if (isHello(sql, request.revision))
    return send({ format: 'Native', body: helloBlock(engine.version, engine.timezone), summary: {} });
  const statement = rowsInBody ? inUrl : readStatement(sql);
  const state = stateOf(engine, request, statement);

  if (statement.rowsFrom === undefined)
    return engine.sessions.use(
      state,
      signal,
      session => run(engine, session, statement, request, signal, send),
      {
        leavesState: !STATELESS.has(statement.verb),
      },
    );

  const inText = Buffer.from(sql.slice(statement.rowsFrom).replace(/^[ \t\r]*\n?/, ''));
  const pieces = rowsInBody ? joined(inText, body) : joined(inText);
  const insert = plainInsert(statement);
  await using rows = await takeRows(pieces, insert ? ROWS_IN_MEMORY : 0, spoolDirectory);
  await engine.sessions.use(
    state,
    signal,
    async session => {
      const answer = await insertRows(session, statement, insert, rows);
      await engine.written();
      return send(answer);
    },
    { leavesState: false },
  );
}

function stateOf(engine: Engine, request: StoreRequest, statement: Statement): SessionState {
  const settings = new Map(request.settings);
  if (request.access === StoreAccess.readOnly) {
    checkReadOnly(statement, engine.outsideFunctions);
    checkReadOnlySettings(settings.keys());
    settings.delete('readonly');
    if (!settings.has('max_execution_time')) settings.set('max_execution_time', String(READER_SECONDS));
  }
  if (!isStreamed(statement, request)) {
    const asked = Number(settings.get('max_result_bytes') ?? 0);
    settings.set('max_result_bytes', String(Math.min(asked || HELD_RESULT_BYTES, HELD_RESULT_BYTES)));
  }
  const { access, database, parameters } = request;
  return { access, database, settings, parameters };
}

const isStreamed = (statement: Statement, request: StoreRequest): boolean =>
  !request.buffered &&
  (statement.verb === 'SELECT' || statement.verb === 'WITH') &&
  STREAMED.has(statement.format ?? request.defaultFormat);

async function* joined(first: Buffer, rest?: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (first.length > 0) yield first;
  if (rest) yield* rest;
}

async function run(
  engine: Engine,
  session: Session,
  statement: Statement,
  request: StoreRequest,
  signal: AbortSignal,
  send: (answer: Answer) => Promise<void>,
): Promise<void> {
  const format = statement.format ?? request.defaultFormat;
  if (isStreamed(statement, request)) {
    const stream = session.queryStream(statement.text, { format: request.defaultFormat, signal });
    const chunks = stream[Symbol.asyncIterator]();
    // The first piece before the headers: most errors come with it and then get their status.
    const first = await chunks.next();
    return send({ format, body: pieces(chunks, first), summary: {} });
  }
  const result = await session.queryAsync(statement.text, { format: request.defaultFormat });
  if (statement.verb === 'INSERT') await engine.written();
  const bytes = result.bytes();
  return send({
    format,
    body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    summary: { read_rows: result.rowsRead, read_bytes: result.bytesRead },
  });
}

async function* pieces(
  chunks: AsyncIterator<{ raw(): Uint8Array }>,
  first: IteratorResult<{ raw(): Uint8Array }>,
): AsyncIterable<Uint8Array> {
  try {
    for (let piece = first; !piece.done; piece = await chunks.next()) yield piece.value.raw();
  } finally {
    await chunks.return?.();
  }
}

async function insertRows(
  session: Session,
  statement: Statement,
  insert: ReturnType<typeof plainInsert>,
  rows: Rows,
): Promise<Answer> {
  const format = statement.format ?? '';
  if ('file' in rows) {
    const result = await session.queryAsync(fromFile(statement, rows.file), { format: 'Null' });
    return {
      format,
      body: Buffer.alloc(0),
      summary: { read_rows: result.rowsRead, read_bytes: result.bytesRead },
    };
  }
  if (rows.bytes.length === 0 || !insert)
    throw new EngineError(108, 'NO_DATA_TO_INSERT', 'No data to insert');
  const { rowsWritten, bytesWritten } = await session.insert({ ...insert, values: rows.bytes });
  return {
    format,
    body: Buffer.alloc(0),
    summary: { written_rows: rowsWritten, written_bytes: bytesWritten },
  };
}

/** `INSERT INTO t (…) FROM INFILE '…' [SETTINGS …] FORMAT X` */
function fromFile({ tokens, text, format }: Statement, file: string): string {
  const infile = ` FROM INFILE ${literal(file)} `;
  if (format === 'Values') return `${text.slice(0, tokens.at(-1)?.start)}${infile}FORMAT Values`;
  const settings = tokens.find(
    (token, index) => /^settings$/i.test(token.text) && tokens[index + 2]?.text === '=',
  );
  const cut = (settings ?? tokens.at(-2))?.start ?? text.length;
  return `${text.slice(0, cut)}${infile}${text.slice(cut)}`;
}
