import { Agent, request } from 'undici';
import type { Milliseconds } from '../../../../protocol/time.ts';
import { ChannelError } from '../channel-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; of a repeated header the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of it. */
  readonly text: string;
}

/** Nobody has more to say about one message. */
const MOST_BYTES = 64 * 1024;

/** The connection was never made, so nothing can have arrived. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_SSL_\w+)$/;

/**
 * One HTTP exchange at a time, each on a connection of its own, so that it is known whether a request can have arrived:
 * on a kept connection, a reset may belong to the time before. Never repeats and never follows a redirect.
 */
export class HttpClient implements AsyncDisposable {
  readonly #timeoutMs: Milliseconds;
  readonly #mostBytes: number;
  readonly #agent: Agent;

  /**
   * @param timeoutMs for a whole exchange, from connecting to the last byte of the answer
   * @param mostBytes the rest of a longer answer is not read
   */
  constructor(timeoutMs: Milliseconds, mostBytes = MOST_BYTES) {
    this.#timeoutMs = timeoutMs;
    this.#mostBytes = mostBytes;
    this.#agent = new Agent({ pipelining: 0, connect: { timeout: timeoutMs * 0.8 } });
  }

  /** @throws ChannelError CHANNEL_AWAY when there is no answer; when `signal` aborts, throws its reason. */
  async exchange({ method, url, headers = {}, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const late = AbortSignal.timeout(this.#timeoutMs);
    try {
      const answer = await request(url, {
        method,
        headers: { 'user-agent': 'spillway', ...headers },
        body: body ?? null,
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, late]),
      });
      const text = await beginning(answer.body, this.#mostBytes);
      return { status: answer.statusCode, headers: flat(answer.headers), text };
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) {
        const message = `no answer within ${this.#timeoutMs} ms`;
        throw new ChannelError('CHANNEL_AWAY', message, { unclear: true });
      }
      const code = codeOf(error);
      const message = `no answer: ${code || String(error)}`;
      throw new ChannelError('CHANNEL_AWAY', message, { unclear: !NOT_CONNECTED.test(code), cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

async function beginning(body: AsyncIterable<unknown>, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString();
}

const flat = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value.at(-1) : value),
    ]),
  );
