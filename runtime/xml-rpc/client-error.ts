import type { ErrorCode } from '../../protocol/errors.ts';

/** How Node says that the caller has hung up, which is his right. */
const HANG_UP = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

/** What the HTTP parser and TLS call a caller's fault, in our words; anything else they say is a bad request. */
const CLIENT_ERRORS: Readonly<Record<string, { reason: ErrorCode; status: number }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { reason: 'REQUEST_TOO_SLOW', status: 408 },
  ERR_TLS_HANDSHAKE_TIMEOUT: { reason: 'REQUEST_TOO_SLOW', status: 408 },
  HPE_HEADER_OVERFLOW: { reason: 'REQUEST_TOO_LARGE', status: 431 },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { reason: 'REQUEST_TOO_LARGE', status: 413 },
};

export interface ClientError {
  readonly reason: ErrorCode;
  readonly status: number;
  /** There is no TLS yet by which an answer could be sent. */
  readonly mute: boolean;
}

/** What an error that a caller caused is called; undefined where he has just hung up. */
export function clientError({ code = '' }: NodeJS.ErrnoException): ClientError | undefined {
  if (HANG_UP.has(code)) return undefined;
  const known = CLIENT_ERRORS[code] ?? { reason: 'REQUEST_INVALID', status: 400 };
  return { ...known, mute: /^ERR_(SSL|TLS)_|^EPROTO$/.test(code) };
}
