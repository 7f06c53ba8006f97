import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { asSpillwayError, type ErrorCode, SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { asCall } from '../../protocol/xml-rpc/xml-rpc.ts';
import { listening } from '../listen.ts';
import { allowList } from './allow-list.ts';
import { answerText, answerXml, rawAnswer, statusOf } from './answer.ts';
import { Callers } from './callers.ts';
import { clientError } from './client-error.ts';
import { dispatch, encode, refusal } from './dispatch.ts';
import { documentationPage } from './documentation.ts';
import { Door } from './door.ts';
import { createHttpServer } from './http-server.ts';
import {
  DEFAULT_SERVER_LIMITS,
  DEFAULT_SERVER_OPTIONS,
  type ServerLimits,
  type XmlRpcMethods,
  type XmlRpcServerOptions,
} from './options.ts';
import { Pace } from './pace.ts';
import { RateLimit } from './rate-limit.ts';
import { receiveDocument } from './receive.ts';
import { badRequest } from './request-check.ts';
import { introspectionMethods, multicallMethod } from './system-methods.ts';
import type { ServerTls } from './tls.ts';

type Options = Required<Omit<XmlRpcServerOptions, 'limits' | 'tls' | 'callers'>>;

/**
 * An XML-RPC server over HTTP/1.1, made to stand in a control room's network.
 *
 * A request passes, in this order: allow-list and number of connections (before anything of it is read), TLS and the
 * certificate of the caller where they are wanted, rate, credentials where they are, path, HTTP method, content type, announced size; then its body is read, checked as it comes, and the call is
 * made. What fails before there is a document is answered by HTTP status and a line of text; a document that
 * is not a good call, and a call that fails, by a fault. Both start with an error code of `protocol/errors.ts`.
 */
export class XmlRpcServer implements AsyncDisposable {
  readonly #options: Options;
  readonly #limits: ServerLimits;
  readonly #methods: XmlRpcMethods;
  readonly #door: Door;
  readonly #rate: RateLimit;
  readonly #pace: Pace;
  readonly #callers: Callers | undefined;
  readonly #tls: ServerTls | undefined;
  readonly #http: Server;
  /** The calls that are not answered yet; several on one connection where the caller pipelines. */
  readonly #calls = new Map<AbortController, Socket>();
  /** Of them, those whose handler is at work. */
  #working = 0;
  #closed: Promise<void> | undefined;

  /**
   * Starts to listen.
   * @throws SpillwayError ADDRESS_UNAVAILABLE where the host and port cannot be had; CONFIG_INVALID for a bad
   * entry in the allow-list.
   */
  static async listen(options: XmlRpcServerOptions): Promise<XmlRpcServer> {
    const server = new XmlRpcServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: XmlRpcServerOptions) {
    this.#options = { ...DEFAULT_SERVER_OPTIONS, ...options };
    this.#limits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
    this.#door = new Door(allowList(this.#options.allow), this.#limits, ({ reason, detail }) =>
      this.#options.onRefused(reason, detail),
    );
    this.#tls = options.tls;
    this.#callers = options.callers && new Callers(options.callers, () => performance.now());
    this.#rate = new RateLimit(this.#limits.requestsPerSecondPerAddress, () => performance.now());
    this.#pace = new Pace(this.#limits.strangersBytesPerSecond, () => performance.now());
    const all = (): XmlRpcMethods => this.#methods;
    this.#methods = new Map([
      ...options.methods,
      ...(this.#options.introspection ? introspectionMethods(all) : []),
      ...(this.#options.multicall ? multicallMethod(all, this.#options.onRefused) : []),
    ]);
    this.#http = this.#createHttp();
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** Where it listens, for callers that can reach that interface by this address. */
  get url(): string {
    const { address, family, port } = this.#http.address() as AddressInfo;
    return `${this.#tls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}${this.#options.path}`;
  }

  /**
   * Takes no more connections, lets the calls in progress finish and answer, and cuts off those that have not
   * after `deadlineMs`.
   */
  close(deadlineMs: Milliseconds = this.#limits.closeMs): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #createHttp(): Server {
    const http = createHttpServer(this.#limits, this.#tls);
    // A connection that could not be accepted, for want of file handles; the next one may be.
    http.on('error', error => {
      if (http.listening) this.#options.onRefused('UNKNOWN', error.message, error);
    });
    http.on('connection', socket => this.#onConnection(socket));
    http.on('secureConnection', (socket: TLSSocket) => this.#onSecured(socket));
    http.on('request', (request, response) => void this.#onRequest(request, response));
    http.on('checkContinue', (request, response) => void this.#onRequest(request, response));
    http.on('checkExpectation', (_, response) =>
      this.#refuse(response, 417, 'REQUEST_INVALID', 'the only expectation met is 100-continue'),
    );
    http.on('connect', ({ socket }) => {
      this.#sendAway(socket, 405, 'REQUEST_INVALID', 'this is no proxy');
    });
    http.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      this.#onClientError(error, socket as Socket),
    );
    return http;
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await listening(this.#http, port, host);
    } catch (cause) {
      const reason = asSpillwayError(cause).message;
      throw new SpillwayError('ADDRESS_UNAVAILABLE', `cannot listen on ${host}:${port}: ${reason}`, {
        cause,
      });
    }
  }

  async #close(deadlineMs: Milliseconds): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    const deadline = setTimeout(() => {
      for (const call of this.#calls.keys())
        call.abort(new SpillwayError('REQUEST_TOO_SLOW', 'the server is closing'));
      this.#http.closeAllConnections();
    }, deadlineMs);
    await closed;
    clearTimeout(deadline);
  }

  #onConnection(socket: Socket): void {
    const refused = this.#door.admit(socket);
    if (refused === undefined) return;
    if (this.#tls) {
      this.#options.onRefused(refused.reason, refused.detail);
      socket.destroy();
    } else {
      const status = refused.reason === 'HOST_REFUSED' ? 403 : 503;
      this.#sendAway(socket, status, refused.reason, refused.detail);
    }
  }

  #onSecured(socket: TLSSocket): void {
    const address = this.#door.addressOf(socket);
    if (address === undefined || this.#tls?.ca === undefined || socket.authorized) return;
    const why = `no certificate that we trust: ${String(socket.authorizationError)}, from ${address}`;
    this.#sendAway(socket, 403, 'SIGN_IN_REFUSED', why);
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = this.#door.addressOf(request.socket);
    // Sent away already; its words may still come in.
    if (address === undefined) return;
    if (!this.#rate.take(address)) {
      const detail = `over ${this.#limits.requestsPerSecondPerAddress} requests/s from ${address}`;
      // What else is on the way on this connection is not read.
      const headers = { 'Retry-After': '1', Connection: 'close' };
      this.#refuse(response, 429, 'RATE_EXCEEDED', detail, headers);
      this.#door.dismiss(request.socket);
      return;
    }
    const unwelcome = await this.#callers?.refuse(request.headers.authorization, address);
    // To hash a password takes a while.
    if (request.destroyed || this.#door.wasSentAway(request.socket)) return;
    const { path } = this.#options;
    const refused = unwelcome ?? badRequest(request, { path, bodyBytes: this.#limits.bodyBytes });
    if (refused) {
      const { status, reason, detail, headers } = refused;
      this.#refuse(response, status, reason, detail, headers);
    } else if (request.method === 'GET') {
      answerText(response, 200, documentationPage(this.#methods));
    } else {
      if (request.headers.expect !== undefined) response.writeContinue();
      await this.#answer(request, response, address);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, address: string): Promise<void> {
    const { onRefused } = this.#options;
    const what = `answer to ${address}`;
    const call = new AbortController();
    this.#calls.set(call, request.socket);
    response.once('close', () => {
      this.#calls.delete(call);
      if (!response.writableFinished) {
        call.abort(new SpillwayError('REQUEST_INVALID', 'the caller has gone'));
      }
      if (this.#closed !== undefined) this.#endIfIdle(request.socket);
    });
    try {
      const document = await receiveDocument(request, {
        bodyBytes: this.#limits.bodyBytes,
        xml: this.#limits.xml,
        tooLarge: 'REQUEST_TOO_LARGE',
        broken: 'REQUEST_INVALID',
        pace: this.#door.isProven(request.socket) ? undefined : this.#pace.ofBody(),
      });
      const { calls } = this.#limits;
      if (this.#working >= calls) {
        const detail = `over ${calls} calls at a time, from ${address}`;
        this.#refuse(response, 503, 'RATE_EXCEEDED', detail, { 'Retry-After': '1' });
        return;
      }
      const made = asCall(document);
      this.#working++;
      const place = this.#door.calling(request.socket);
      const result = await dispatch(this.#methods, made, { address, signal: call.signal }, onRefused);
      place.end(result.ok);
      this.#working--;
      answerXml(response, encode(result, what, onRefused));
    } catch (error) {
      this.#answerUnreadable(error, request, response, address);
    }
  }

  /** A connection kept alive would hold up the end, but one with calls in progress still has answers to carry. */
  #endIfIdle(socket: Socket): void {
    if (!this.#calls.values().some(other => other === socket)) socket.destroySoon();
  }

  /** The body was no XML-RPC call, or did not get here. */
  #answerUnreadable(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
  ): void {
    // Answered by #onClientError.
    if (this.#door.wasSentAway(request.socket)) return;
    const { code, message } = asSpillwayError(error);
    if (code.startsWith('REQUEST_')) {
      this.#refuse(response, statusOf(code), code, `${message}, from ${address}`);
      return;
    }
    const { fault } = refusal(error, `request from ${address}`, this.#options.onRefused);
    answerXml(response, encode({ ok: false, fault }, address, this.#options.onRefused));
    this.#endAfter(response);
  }

  #onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    const address = this.#door.addressOf(socket);
    if (address === undefined) return;
    const told = clientError(error);
    if (told === undefined) {
      socket.destroy();
      return;
    }
    const { reason, status, mute } = told;
    const detail = `${error.message}, from ${address}`;
    if (!mute) return this.#sendAway(socket, status, reason, detail);
    this.#options.onRefused(reason, detail);
    socket.destroy();
  }

  #refuse(
    response: ServerResponse,
    status: number,
    reason: ErrorCode,
    detail: string,
    headers?: Readonly<Record<string, string>>,
  ): void {
    this.#options.onRefused(reason, detail);
    answerText(response, status, `${reason}: ${detail}\n`, headers);
    this.#endAfter(response);
  }

  /** Where the request has not come in whole, what still comes is not worth waiting for. */
  #endAfter(response: ServerResponse): void {
    const { socket } = response.req;
    if (!response.req.complete) response.once('finish', () => this.#door.sendAway(socket, ''));
  }

  #sendAway(socket: Socket, status: number, reason: ErrorCode, detail: string): void {
    this.#options.onRefused(reason, detail);
    this.#door.sendAway(socket, rawAnswer(status, `${reason}: ${detail}`));
  }
}
