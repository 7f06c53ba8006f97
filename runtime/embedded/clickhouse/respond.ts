import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Engine } from './engine.ts';
import { describeError, statusOf } from './engine-error.ts';
import type { Answer } from './execute.ts';

/** Favours speed, as on a server close by. */
const GZIP_LEVEL = 1;

function contentType(format: string): string {
  if (/^JSON(?!.*EachRow)/.test(format)) return 'application/json; charset=UTF-8';
  if (/EachRow|^JSONLines$|^NDJSON$/.test(format)) return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8';
  if (/^(?:TabSeparated|TSV)/.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  return /^(?:Pretty|Vertical|Values|XML|Markdown)/.test(format)
    ? 'text/plain; charset=UTF-8'
    : 'application/octet-stream';
}

/** Sends an answer and resolves when the connection has taken it; rejects when the caller is gone. */
export async function respond(
  response: ServerResponse,
  engine: Engine,
  { queryId, gzip }: { queryId: string; gzip: boolean },
  answer: Answer,
): Promise<void> {
  response.statusCode = 200;
  const header = (name: string, value: string) => response.setHeader(name, value);
  header('Content-Type', contentType(answer.format));
  header('X-ClickHouse-Query-Id', queryId);
  header('X-ClickHouse-Format', answer.format);
  header('X-ClickHouse-Timezone', engine.timezone);
  header('X-ClickHouse-Server-Display-Name', 'spillway');
  header(
    'X-ClickHouse-Summary',
    JSON.stringify(
      Object.fromEntries(Object.entries(answer.summary).map(([name, value]) => [name, String(value)])),
    ),
  );
  const { body } = answer;
  if (Buffer.isBuffer(body) && (!gzip || body.length === 0)) {
    header('Content-Length', String(body.length));
    response.end(body);
    return finished(response);
  }
  const tag = randomBytes(8).toString('hex');
  if (!Buffer.isBuffer(body)) header('X-ClickHouse-Exception-Tag', tag);
  const pieces = Readable.from(Buffer.isBuffer(body) ? [body] : withTrailer(body, tag, engine.version), {
    objectMode: false,
  });
  if (!gzip) return pipeline(pieces, response);
  header('Content-Encoding', 'gzip');
  return pipeline(pieces, createGzip({ level: GZIP_LEVEL }), response);
}

/**
 * The status line is gone when an error comes late, so it goes into the body, in the form that drivers look for
 * since ClickHouse 25.11: marker, tag of the header, text, its length, tag, marker.
 */
async function* withTrailer(
  body: AsyncIterable<Uint8Array>,
  tag: string,
  version: string,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const { text } = describeError(error, version);
    const length = Buffer.byteLength(text);
    yield Buffer.from(`\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`);
  }
}

/** Sends an error in the server's manner; without effect when the answer has begun or the caller is gone. */
export function respondError(
  request: IncomingMessage,
  response: ServerResponse,
  version: string,
  error: unknown,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, text } = describeError(error, version);
  response.statusCode = statusOf(code);
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.setHeader('X-ClickHouse-Exception-Code', String(code));
  response.setHeader('X-ClickHouse-Server-Display-Name', 'spillway');
  // What is left of a refused body must not be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  if (response.statusCode === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse"');
  response.end(text);
}
