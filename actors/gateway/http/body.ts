import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { GatewayEnv } from './env.ts';

/** Less than this is sent as it is: it fits into one packet anyway. */
const SMALL = 1_024;

/** `best` for what is compressed once and sent for months, `fast` for what is new every second, `none` for what is compressed already. */
export const Effort = { best: 'best', fast: 'fast', none: 'none' } as const;
export type Effort = (typeof Effort)[keyof typeof Effort];

const LEVELS = {
  best: { brotli: 11, gzip: 9 },
  fast: { brotli: 4, gzip: 4 },
  none: { brotli: 0, gzip: 0 },
} as const;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

type Coding = 'br' | 'gzip';

/** What is sent to many: its bytes, its digest, and its compressed forms, each made once and only where somebody wants it. */
export class Body {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #effort: Effort;
  readonly #made = new Map<Coding, Promise<Uint8Array<ArrayBuffer>>>();
  #digest: string | undefined;

  constructor(type: string, content: string | Uint8Array, effort: Effort) {
    this.type = type;
    this.bytes = new Uint8Array(Buffer.from(content));
    this.#effort = effort;
  }

  /** First characters of the SHA-256 of the bytes. */
  get digest(): string {
    return (this.#digest ??= createHash('sha256').update(this.bytes).digest('base64url').slice(0, 16));
  }

  /** Whether it becomes much shorter when it is compressed. */
  get shrinks(): boolean {
    return this.#effort !== Effort.none && this.bytes.length >= SMALL;
  }

  in(coding: Coding): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#made.get(coding);
    if (known) return known;
    const level = LEVELS[this.#effort];
    const made =
      coding === 'gzip'
        ? zip(this.bytes, { level: level.gzip })
        : brotli(this.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: level.brotli } });
    const plain = made.then(buffer => new Uint8Array(buffer));
    this.#made.set(coding, plain);
    return plain;
  }
}

/** Sends a body in the shortest form that the client takes; `tagged` says 304 to whoever has it. */
export async function send(
  c: Context<GatewayEnv>,
  body: Body,
  {
    headers = {},
    tagged = false,
  }: { readonly headers?: Record<string, string>; readonly tagged?: boolean } = {},
): Promise<Response> {
  const tag = `W/"${body.digest}"`;
  const all = {
    ...headers,
    'content-type': body.type,
    vary: 'accept-encoding',
    ...(tagged ? { etag: tag } : {}),
  };
  const known = c.req
    .header('if-none-match')
    ?.split(',')
    .map(text => text.trim());
  if (tagged && known?.includes(tag)) return c.body(null, 304, all);
  const coding = body.shrinks ? preferred(c.req.header('accept-encoding')) : undefined;
  if (coding === undefined) return c.body(body.bytes, 200, all);
  return c.body(await body.in(coding), 200, { ...all, 'content-encoding': coding });
}

/** Brotli where it is taken, else gzip (RFC 9110 section 12.5.3); `q=0` means not at all. */
export function preferred(accept = ''): Coding | undefined {
  const taken = new Set(
    accept
      .toLowerCase()
      .split(',')
      .map(word => word.trim().split(/\s*;\s*/))
      .filter(([, quality]) => !/^q=0(?:\.0*)?$/.test(quality ?? ''))
      .map(([name]) => name),
  );
  return (['br', 'gzip'] as const).find(coding => taken.has(coding));
}
