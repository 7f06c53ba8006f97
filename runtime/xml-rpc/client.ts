import { once } from 'node:events';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import {
  asResponse,
  DEFAULT_LIMITS,
  encodeCall,
  XmlRpcFaultError,
  type XmlRpcLimits,
  type XmlRpcResponse,
  type XmlRpcValue,
} from '../../protocol/xml-rpc/xml-rpc.ts';
import { WITHOUT_SECRETS } from '../config/without-secrets.ts';
import { redact } from '../log.ts';
import { authorizationOf, type Credentials } from './callers.ts';
import { ACCEPT_ENCODING, isKnownCoding, isXml, receiveDocument } from './receive.ts';
import type { ClientTls } from './tls.ts';

export interface XmlRpcClientOptions {
  /** For a whole call, from connecting to the last byte of the answer. Default 10 s. */
  readonly timeoutMs?: Milliseconds;
  /** On the answer. */
  readonly limits?: Partial<XmlRpcLimits>;
  /** By which an https server is known, and we are to it. */
  readonly tls?: ClientTls | undefined;
  /** By which the server knows us. */
  readonly credentials?: Credentials | undefined;
}

/** How much of an HTTP error's text goes into our message. */
const EXCERPT = 300;

/**
 * Calls one XML-RPC server over HTTP or HTTPS, on connections kept open between calls. Never calls twice for one
 * `call`: whether a call may be repeated is for the caller to know.
 */
export class XmlRpcClient implements Disposable {
  readonly url: URL;
  readonly #timeoutMs: Milliseconds;
  readonly #limits: Partial<XmlRpcLimits>;
  readonly #authorization: string | undefined;
  readonly #agent: HttpAgent;

  /** @throws SpillwayError CONFIG_INVALID for anything but an http or https URL, and for one that holds a password. */
  constructor(
    url: string | URL,
    { timeoutMs = 10_000, limits = {}, tls = {}, credentials }: XmlRpcClientOptions = {},
  ) {
    const text = String(url);
    const parsed = URL.parse(text);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw new SpillwayError('CONFIG_INVALID', `"${text}" is not an http or https URL`);
    }
    if (parsed.username !== '' || parsed.password !== '') {
      throw new SpillwayError('CONFIG_INVALID', `the URL of ${parsed.host} ${WITHOUT_SECRETS}`);
    }
    this.url = parsed;
    this.#authorization = credentials && authorizationOf(credentials);
    this.#timeoutMs = timeoutMs;
    this.#limits = limits;
    this.#agent =
      parsed.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, ...tls })
        : new HttpAgent({ keepAlive: true });
  }

  /**
   * The result of a call.
   * @throws XmlRpcFaultError (XMLRPC_FAULT) for a fault, with its code and text in `.fault`; SpillwayError
   * XMLRPC_UNENCODABLE for parameters; XMLRPC_TIMEOUT; XMLRPC_HTTP for no connection, a broken one, or any
   * status but 200; XML_* and XMLRPC_INVALID for an answer that cannot be read. When `signal` aborts, throws
   * its reason.
   */
  async call(
    method: string,
    params: readonly XmlRpcValue[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<XmlRpcValue> {
    const body = encodeCall(method, params);
    const place = `${method} at ${this.url.href}`;
    const response = await this.#exchange(body, place, signal);
    if (!response.ok) throw new XmlRpcFaultError(response.fault, `${place}: `);
    return response.value;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #exchange(body: Uint8Array, place: string, signal: AbortSignal | undefined): Promise<XmlRpcResponse> {
    signal?.throwIfAborted();
    const request = this.#request(body.length);
    // Why we ended it ourselves; what Node throws then tells only that it ended.
    let ended: { readonly reason: unknown } | undefined;
    const end = (reason: unknown): void => {
      ended ??= { reason };
      request.destroy();
    };
    const onAbort = (): void => end(signal?.reason);
    const timer = setTimeout(
      () => end(new SpillwayError('XMLRPC_TIMEOUT', `${place}: no answer within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    );
    signal?.addEventListener('abort', onAbort);
    try {
      request.end(body);
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      return await this.#read(answer);
    } catch (error) {
      request.destroy();
      if (ended !== undefined) throw ended.reason;
      throw inPlace(error, place);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #request(bodyBytes: number): ClientRequest {
    const open = this.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = open(this.url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        'Content-Type': 'text/xml',
        'Content-Length': bodyBytes,
        'Accept-Encoding': ACCEPT_ENCODING,
        'User-Agent': 'spillway',
        ...(this.#authorization === undefined ? {} : { Authorization: this.#authorization }),
      },
    });
    // A second error, after the one that is thrown, must not end the process.
    request.on('error', () => {});
    return request;
  }

  async #read(answer: IncomingMessage): Promise<XmlRpcResponse> {
    if (answer.statusCode !== 200) {
      const status = `HTTP ${answer.statusCode} ${answer.statusMessage}`;
      throw new SpillwayError('XMLRPC_HTTP', `${status}: ${await excerpt(answer)}`);
    }
    if (!isXml(answer) || !isKnownCoding(answer)) {
      const { 'content-type': type, 'content-encoding': coding } = answer.headers;
      throw new SpillwayError('XMLRPC_HTTP', `an answer of type ${type}, encoding ${coding ?? 'identity'}`);
    }
    const document = await receiveDocument(answer, {
      bodyBytes: this.#limits.bytes ?? DEFAULT_LIMITS.bytes,
      xml: this.#limits,
      tooLarge: 'XML_TOO_LARGE',
      broken: 'XMLRPC_HTTP',
    });
    return asResponse(document);
  }
}

/** Errors of ours keep their code, errors of the network become XMLRPC_HTTP; both name the call. */
function inPlace(error: unknown, place: string): SpillwayError {
  const { code, message } = asSpillwayError(error);
  return new SpillwayError(code === 'UNKNOWN' ? 'XMLRPC_HTTP' : code, `${place}: ${message}`, {
    cause: error,
  });
}

async function excerpt(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length >= 4 * EXCERPT) break;
  }
  // Before it is cut: a part of a secret would not be known.
  return redact(text).slice(0, EXCERPT).trim();
}
