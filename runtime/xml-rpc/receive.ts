import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { type ErrorCode, SpillwayError } from '../../protocol/errors.ts';
import { XmlRpcDecoder, type XmlRpcDocument, type XmlRpcLimits } from '../../protocol/xml-rpc/xml-rpc.ts';

/** Content codings we read; RFC 9110 section 8.4.1 has `x-gzip` as another word for `gzip`. */
const CODINGS: Readonly<Record<string, () => Transform | undefined>> = {
  identity: () => undefined,
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
};

export const ACCEPT_ENCODING = 'gzip, deflate';

const codingOf = (message: IncomingMessage): string =>
  (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();

export const isKnownCoding = (message: IncomingMessage): boolean => Object.hasOwn(CODINGS, codingOf(message));

/** The specification wants text/xml; application/xml is the same to us. */
export function isXml(message: IncomingMessage): boolean {
  const type = message.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  return type === 'text/xml' || type === 'application/xml';
}

export interface ReceiveOptions {
  /** Longest body on the wire; what it inflates to is limited by `xml.bytes`. */
  readonly bodyBytes: number;
  readonly xml: Partial<XmlRpcLimits> | undefined;
  /** What to call a body over `bodyBytes`, and one that breaks off or does not inflate. */
  readonly tooLarge: ErrorCode;
  readonly broken: ErrorCode;
  /** Told of each piece of the document, says for how many milliseconds no more of it is to be read. */
  readonly pace?: ((bytes: number) => number) | undefined;
}

/**
 * Reads the XML-RPC document in a request or response body as it arrives, so that a bad one is refused at its
 * first bad byte, whatever follows. Leaves the connection alone: after an error the rest of the body is still to
 * come, and an answer can still be sent.
 * @throws SpillwayError as `XmlRpcDecoder`, or with the codes of the options.
 */
export function receiveDocument(message: IncomingMessage, options: ReceiveOptions): Promise<XmlRpcDocument> {
  const { promise, resolve, reject } = Promise.withResolvers<XmlRpcDocument>();
  const decoder = new XmlRpcDecoder(options.xml, charsetOf(message));
  const inflate = CODINGS[codingOf(message)]?.();
  const body = inflate === undefined ? message : message.pipe(inflate);
  let wireBytes = 0;

  let stopped = false;

  const stop = (): void => {
    stopped = true;
    message.off('data', count).off('close', onBreak).off('error', onBreak);
    body.off('data', onData).off('end', onEnd);
    if (inflate === undefined) return;
    message.unpipe(inflate);
    inflate.destroy();
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      stop();
      reject(error);
    }
  };
  const fail = (code: ErrorCode, reason: string, cause?: unknown): void =>
    attempt(() => {
      throw new SpillwayError(code, reason, { cause });
    });

  function count(chunk: Buffer): void {
    wireBytes += chunk.length;
    if (wireBytes > options.bodyBytes) fail(options.tooLarge, `body over ${options.bodyBytes} bytes`);
  }
  function onData(chunk: Buffer): void {
    attempt(() => decoder.push(chunk));
    const waitMs = stopped ? 0 : (options.pace?.(chunk.length) ?? 0);
    if (waitMs < 1) return;
    body.pause();
    setTimeout(() => stopped || body.resume(), waitMs);
  }
  function onEnd(): void {
    attempt(() => {
      const document = decoder.end();
      stop();
      resolve(document);
    });
  }
  function onBreak(cause?: unknown): void {
    if (!message.readableEnded) fail(options.broken, 'the connection broke in the middle of the body', cause);
  }

  message.on('data', count).on('close', onBreak).on('error', onBreak);
  // Errors that come after the first are of no more use to anyone, but must not go unheard.
  message.on('error', () => {});
  inflate?.on('error', (cause: unknown) => fail(options.broken, 'the body does not inflate', cause));
  body.on('data', onData).on('end', onEnd);
  return promise;
}

function charsetOf(message: IncomingMessage): string | undefined {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(message.headers['content-type'] ?? '')?.[1];
}
