import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StoreAccess, type StoreUser } from './contract.ts';
import { EngineError } from './engine-error.ts';

/** What the line and the headers of a request say; the body is still to come. */
export interface StoreRequest {
  readonly access: StoreAccess;
  /** SQL of the `query` parameter; the body follows it. */
  readonly sql: string;
  readonly queryId: string;
  readonly database: string | undefined;
  readonly defaultFormat: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  /** Protocol revision of a clickhouse-go driver, else 0. */
  readonly revision: number;
  /** Send nothing before the statement has ended. */
  readonly buffered: boolean;
  readonly gzipAnswer: boolean;
  readonly gzipBody: boolean;
}

/** Of the HTTP interface itself, not settings of the engine. */
const INTERFACE_PARAMETERS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'client_protocol_version',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'wait_end_of_query',
  'buffer_size',
  'http_response_buffer_size',
  'cancel_http_readonly_queries_on_client_close',
  'http_write_exception_in_output_format',
  'add_http_cors_header',
  'quota_key',
  'stacktrace',
  'session_timeout',
  'session_check',
]);

/** Would be taken and not honoured, which is worse than a refusal. */
const UNSUPPORTED = new Set(['session_id', 'role', 'compress', 'decompress']);

/** @throws EngineError for missing or wrong credentials and for what this interface does not do. */
export function readRequest(request: IncomingMessage, url: URL, users: readonly StoreUser[]): StoreRequest {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  // A web page in the operator's browser can post here; nothing else sends an Origin.
  if (header('origin') !== undefined)
    throw new EngineError(516, 'AUTHENTICATION_FAILED', 'Requests from web pages are not accepted');
  const user = authenticate(header, users);
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else if (UNSUPPORTED.has(name) && value !== '' && value !== '0')
      throw new EngineError(48, 'NOT_IMPLEMENTED', `Parameter ${name} is not available here`);
    else if (!INTERFACE_PARAMETERS.has(name) && !UNSUPPORTED.has(name)) settings.set(name, value);
  }
  const encoding = header('content-encoding')?.toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'gzip' && encoding !== 'identity')
    throw new EngineError(48, 'NOT_IMPLEMENTED', `Content-Encoding ${encoding}: only gzip is taken`);
  const accepts = /\bgzip\b/i.test(header('accept-encoding') ?? '');
  const query = url.searchParams;
  return {
    // As with the server: GET must not change anything.
    access: request.method === 'GET' ? StoreAccess.readOnly : user.access,
    sql: query.get('query') ?? '',
    queryId: query.get('query_id') || randomUUID(),
    database: query.get('database') || header('x-clickhouse-database') || undefined,
    defaultFormat: query.get('default_format') || header('x-clickhouse-format') || 'TabSeparated',
    settings,
    parameters,
    revision: Number(query.get('client_protocol_version') ?? 0),
    buffered: query.get('wait_end_of_query') === '1',
    gzipAnswer: accepts && query.get('enable_http_compression') === '1',
    gzipBody: encoding === 'gzip',
  };
}

function authenticate(header: (name: string) => string | undefined, users: readonly StoreUser[]): StoreUser {
  const basic = /^Basic\s+(\S+)$/i.exec(header('authorization') ?? '')?.[1];
  const [name, password] =
    basic === undefined
      ? [header('x-clickhouse-user'), header('x-clickhouse-key') ?? '']
      : splitOnce(Buffer.from(basic, 'base64').toString('utf8'));
  if (name === undefined)
    throw new EngineError(194, 'REQUIRED_PASSWORD', 'Basic authorization or X-ClickHouse-User is required');
  const user = users.find(user => user.name === name);
  if (!user || !sameText(user.password, password))
    throw new EngineError(
      516,
      'AUTHENTICATION_FAILED',
      `${name}: Authentication failed: password is incorrect, or there is no user with such name`,
    );
  return user;
}

const splitOnce = (text: string): [string, string] => {
  const cut = text.indexOf(':');
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
};

/** Takes the same time whatever differs. */
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
