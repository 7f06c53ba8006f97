import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../../protocol/errors.ts';

/** The HTTP status of refusals that come before there is XML-RPC to answer in. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  HOST_REFUSED: 403,
  RATE_EXCEEDED: 429,
  REQUEST_TOO_SLOW: 408,
  REQUEST_TOO_LARGE: 413,
};

export const statusOf = (reason: ErrorCode): number => STATUS[reason] ?? 400;

/** A plain-text answer in the raw, for a connection that has not got as far as a request. */
export function rawAnswer(status: number, text: string): string {
  const body = `${text}\n`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(body);
}

export function answerXml(response: ServerResponse, document: Uint8Array): void {
  response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8', 'Content-Length': document.length });
  response.end(document);
}
