import { AwsV4Signer } from 'aws4fetch';
import { Agent, type Dispatcher } from 'undici';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { S3Config } from '../config.ts';
import { readXml, textOf } from './xml.ts';

const CONNECT_MS = 5_000;
/** Longest silence of the other side. */
const SILENCE_MS = 30_000;
/** From the first byte of a request to the last of its answer: 64 MB at 5 Mbit/s. */
const WHOLE_MS = 120_000;

/** SHA-256 of nothing. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Of the object; empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** With the SHA-256 in hexadecimal, which is signed: a server that gets other bytes refuses them. */
  readonly body?: { readonly bytes: Uint8Array; readonly sha256: string };
}

export type S3Answer = Dispatcher.ResponseData;

/** Requests to one bucket, addressed by path, since a service of an experiment's own seldom has a name for each bucket. */
export class S3Client implements AsyncDisposable {
  /** Whether the service knows "only if there is none", which not every one does; those answer 501. */
  conditional = true;
  readonly #config: S3Config;
  readonly #agent = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });

  constructor(config: S3Config) {
    this.#config = config;
  }

  /**
   * The answer, whatever it says; its body must be read or dumped.
   * @throws SpillwayError EVENT_STORE_AWAY when there is none
   */
  async send(request: S3Request, signal?: AbortSignal): Promise<S3Answer> {
    const late = AbortSignal.timeout(WHOLE_MS);
    const { origin, path, headers } = await this.#signed(request);
    try {
      return await this.#agent.request({
        origin,
        path,
        method: request.method,
        headers,
        body: request.body?.bytes ?? null,
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      throw this.away(request, thrown);
    }
  }

  async #signed({ method, key, query = {}, headers = {}, body }: S3Request) {
    const { endpoint, bucket, accessKey, secretKey, region } = this.#config;
    const path = key === '' ? bucket : `${bucket}/${key}`;
    const url = new URL(
      `${endpoint.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`,
    );
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256 },
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      service: 's3',
      region,
    }).sign();
    return {
      origin: url.origin,
      path: signed.url.pathname + signed.url.search,
      headers: Object.fromEntries(signed.headers),
    };
  }

  /** What an answer that is no success means. Reads its body. */
  async refused({ method, key }: S3Request, { statusCode, body }: S3Answer): Promise<SpillwayError> {
    const text = await body.text().catch(() => '');
    const told = readXml(text);
    const code = textOf(told, 'Code');
    const full = statusCode === 507 || /quota|storage.?full|insufficient.?storage/i.test(code);
    const what = [statusCode, code, textOf(told, 'Message')].filter(part => part !== '').join(' ');
    return new SpillwayError(
      full ? 'EVENT_STORE_FULL' : 'EVENT_STORE_AWAY',
      `${method} ${this.#config.bucket}/${key}: S3 answers ${what}`,
    );
  }

  away({ method, key }: S3Request, cause: unknown): SpillwayError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new SpillwayError('EVENT_STORE_AWAY', `${method} ${this.#config.bucket}/${key}: ${why}`, {
      cause,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}
