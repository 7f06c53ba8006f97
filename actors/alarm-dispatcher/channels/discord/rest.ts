import { setTimeout as delay } from 'node:timers/promises';
import {
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestMethod,
  type RouteLike,
} from '@discordjs/rest';
import type { Milliseconds } from '../../../../protocol/time.ts';
import { redact } from '../../../../runtime/log.ts';
import { ChannelError } from '../channel-error.ts';
import { HttpClient } from '../http/exchange.ts';
import { retryAfterMs } from '../http/verdict.ts';

/** Discord has answered, and the answer is no. `reason` is its own number for it, e.g. 10008 for an unknown message. */
export class DiscordRefusal extends ChannelError {
  readonly status: number;
  readonly reason: number;

  constructor({ status, code, message }: DiscordAPIError) {
    const text = `Discord: HTTP ${status}, ${code}: ${redact(message).slice(0, 400)}`;
    super('CHANNEL_REFUSED', text, { quietMs: quietMsOf(status) });
    this.status = status;
    this.reason = Number(code);
  }
}

/** Whoever goes on after 401 or 404 is shut out altogether; a right that is missing may be given. */
const quietMsOf = (status: number): Milliseconds => {
  if (status === 401 || status === 404) return Number.POSITIVE_INFINITY;
  return status === 403 ? 10 * 60_000 : 0;
};

export interface DiscordRestOptions {
  /** `https://discord.com/api`, without a version. */
  readonly api: string;
  /** None for webhooks. */
  readonly token?: string | undefined;
  readonly timeoutMs: Milliseconds;
}

export interface DiscordCall {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** False for webhooks and interactions, whose token stands in the path. */
  readonly auth?: boolean;
}

/** Fifty messages with full embeds, in UTF-8. */
const MOST_BYTES = 4 * 1024 * 1024;
/** A pause as short as this is part of a call. */
const SHORT_MS: Milliseconds = 3000;
const SHORT_PAUSES = 3;

/**
 * Discord's HTTP interface. The library keeps the rate-limit buckets; it neither retries nor opens connections: a
 * message repeated after an unclear answer would be there twice.
 */
export class DiscordRest implements AsyncDisposable {
  /** For the gateway, which asks it for its address. */
  readonly rest: REST;
  readonly #http: HttpClient;

  constructor({ api, token, timeoutMs }: DiscordRestOptions) {
    this.#http = new HttpClient(timeoutMs, MOST_BYTES);
    this.rest = new REST({
      api,
      version: '10',
      retries: 0,
      // Ours ends first, and says what it means.
      timeout: timeoutMs + 60_000,
      rejectOnRateLimit: () => true,
      makeRequest: (url, init) => this.#exchange(url, init as ExchangeInit),
    });
    if (token !== undefined) this.rest.setToken(token);
  }

  /**
   * @returns the body of the answer, from JSON; undefined when there is none
   * @throws DiscordRefusal for 400 to 499; ChannelError CHANNEL_LIMITED, CHANNEL_AWAY
   */
  async call(
    method: RequestMethod,
    route: RouteLike,
    call: DiscordCall,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { query, ...rest } = call;
    const request = {
      ...rest,
      ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
      method,
      fullRoute: route,
      signal,
    };
    for (let pauses = 0; ; pauses++) {
      try {
        const body = await this.rest.request(request);
        return body instanceof ArrayBuffer ? undefined : body;
      } catch (error) {
        signal.throwIfAborted();
        const told = asTold(error);
        if (told.code !== 'CHANNEL_LIMITED' || told.quietMs > SHORT_MS || pauses >= SHORT_PAUSES) throw told;
        await delay(told.quietMs, undefined, { signal });
      }
    }
  }

  async #exchange(url: string, { method, body, headers, signal }: ExchangeInit): Promise<Response> {
    const answer = await this.#http.exchange({ method, url, headers, ...(body ? { body } : {}) }, signal);
    const told = new Headers(answer.headers);
    if (answer.status === 429) sharpen(told, answer.text);
    const empty = answer.status === 204 || answer.text === '';
    // The library goes by the type alone, and nothing is no JSON.
    if (empty) told.delete('content-type');
    return new Response(empty ? null : answer.text, { status: answer.status, headers: told });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rest.clearHashSweeper();
    this.rest.clearHandlerSweeper();
    await this.#http[Symbol.asyncDispose]();
  }
}

interface ExchangeInit {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly signal: AbortSignal;
}

/** The body of a 429 knows fractions of a second and whether all of Discord is meant; the library reads headers only. */
function sharpen(headers: Headers, text: string): void {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof told !== 'object' || told === null) return;
  if ('retry_after' in told && typeof told.retry_after === 'number') {
    headers.set('retry-after', String(told.retry_after));
  }
  if ('global' in told && told.global === true) headers.set('x-ratelimit-global', 'true');
}

/** The library's errors hold the whole URL, token and all, so none of them is passed on, not even as a cause. */
function asTold(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof DiscordAPIError) return new DiscordRefusal(error);
  if (error instanceof RateLimitError) {
    const { retryAfter, scope, global } = error;
    const quietMs = retryAfterMs(retryAfter > 0 ? String(retryAfter / 1000) : undefined);
    const whom = global ? 'all of Discord' : `scope ${scope}`;
    return new ChannelError('CHANNEL_LIMITED', `Discord asks to wait ${Math.ceil(quietMs)} ms (${whom})`, {
      quietMs,
    });
  }
  if (error instanceof HTTPError) {
    // Discord answers 500 and 502 also when a message has been taken.
    return new ChannelError('CHANNEL_AWAY', `Discord: HTTP ${error.status}`, {
      unclear: error.status !== 503,
    });
  }
  const what = error instanceof Error ? error.name : typeof error;
  return new ChannelError('CHANNEL_AWAY', `Discord: an answer that cannot be read (${what})`, {
    unclear: true,
  });
}
