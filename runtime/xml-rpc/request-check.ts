import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../../protocol/errors.ts';
import { isKnownCoding, isXml } from './receive.ts';

/** Why a request is refused by its headers, as an HTTP answer. */
export interface BadRequest {
  readonly status: number;
  readonly reason: ErrorCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is wrong with a request before its body is read; undefined for a `GET` of the path and a `POST` that may be a call. */
export function badRequest(
  request: IncomingMessage,
  { path, bodyBytes }: { readonly path: string; readonly bodyBytes: number },
): BadRequest | undefined {
  const reason = 'REQUEST_INVALID';
  if (request.url?.split('?', 1)[0] !== path)
    return { status: 404, reason, detail: `path ${request.url}: only ${path} is served` };
  if (request.method === 'GET') return undefined;
  if (request.method !== 'POST')
    return { status: 405, reason, detail: `method ${request.method}`, headers: { Allow: 'GET, POST' } };
  if (!isXml(request) || !isKnownCoding(request)) {
    const { 'content-type': type, 'content-encoding': coding } = request.headers;
    const detail = `${type ?? 'no content type'}, ${coding ?? 'not compressed'}: want text/xml, plain or gzip or deflate`;
    return { status: 415, reason, detail };
  }
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes)
    return { status: 413, reason: 'REQUEST_TOO_LARGE', detail: `body over ${bodyBytes} bytes` };
  return undefined;
}
