import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { bodyOf } from './body.ts';
import type { StoreUser } from './contract.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { execute } from './execute.ts';
import { readRequest } from './request.ts';
import { respond, respondError } from './respond.ts';

/**
 * The HTTP interface of a ClickHouse server before the embedded engine: what `@clickhouse/client` and clickhouse-go
 * (and with it Grafana) speak. `GET /ping`, and statements on `/` by POST or, read-only, by GET.
 */
export function createHttpInterface(
  engine: Engine,
  spoolDirectory: string,
  users: readonly StoreUser[],
): Server {
  const server = createServer((request, response) => {
    serve(engine, spoolDirectory, users, request, response).catch((error: unknown) =>
      respondError(request, response, engine.version, error),
    );
  });
  // Longer than the idle time of any client's socket, so that it is the client who closes.
  server.keepAliveTimeout = 30_000;
  server.maxConnections = 512;
  return server;
}

async function serve(
  engine: Engine,
  spoolDirectory: string,
  users: readonly StoreUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://store');
  if (url.pathname === '/ping' || (url.pathname === '/' && request.method === 'GET' && url.search === '')) {
    response.end('Ok.\n');
    return;
  }
  if (url.pathname !== '/' || !['GET', 'POST'].includes(request.method ?? ''))
    throw new EngineError(60, 'UNKNOWN_TABLE', `There is no ${request.method} ${url.pathname} here`);
  const asked = readRequest(request, url, users);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the caller has gone')));
  await execute(engine, spoolDirectory, asked, bodyOf(request, asked.gzipBody), gone.signal, answer =>
    respond(response, engine, { queryId: asked.queryId, gzip: asked.gzipAnswer }, answer),
  );
}
