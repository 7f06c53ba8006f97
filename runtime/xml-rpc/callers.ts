import { createHmac, randomBytes } from 'node:crypto';
import type { ErrorCode } from '../../protocol/errors.ts';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Clock, Milliseconds } from '../../protocol/time.ts';
import { Failures } from '../auth/failures.ts';
import { isPassword } from '../auth/password.ts';
import { bearerTokenOf, digestOfToken } from '../auth/token.ts';

/** Who may call, by HTTP authentication (RFC 7617, RFC 6750). */
export interface CallerAccounts {
  /** `password` is a hash of `hashPassword`. */
  readonly users: readonly { readonly name: string; readonly password: string }[];
  /** `digest` is that of `digestOfToken`. */
  readonly tokens: readonly { readonly digest: string }[];
  /** An address that has failed so often must pause for so long. */
  readonly failures: number;
  readonly pauseMs: Milliseconds;
}

/** Why somebody is not let in, as an HTTP answer. */
export interface Unwelcome {
  readonly status: 401 | 429;
  readonly reason: ErrorCode;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Longest header that is looked at. */
const LONGEST = 2048;
/** Good headers remembered, so that a callback does not cost a password hash. */
const REMEMBERED = 64;

/** Knows who may call. A password is hashed once; what was found good is known again by a keyed digest of the header. */
export class Callers {
  readonly #accounts: CallerAccounts;
  readonly #failures: Failures;
  readonly #key = randomBytes(32);
  readonly #good = new Set<string>();
  readonly #underWay = new Map<string, Promise<boolean>>();
  readonly #digests: ReadonlySet<string>;
  /** A hash that no password fits, of the same cost, so that unknown names take as long as known ones. */
  readonly #nobody: string;

  constructor(accounts: CallerAccounts, clock: Clock) {
    this.#accounts = accounts;
    this.#failures = new Failures(accounts.failures, accounts.pauseMs, clock);
    this.#digests = new Set(accounts.tokens.map(({ digest }) => digest));
    const nothing = randomBytes(32).toString('base64').replaceAll('=', '');
    this.#nobody = accounts.users[0]?.password.replace(/[^$]+$/, nothing) ?? '';
  }

  /** Undefined for somebody who may call. @param authorization the header of that name */
  async refuse(authorization: string | undefined, address: string): Promise<Unwelcome | undefined> {
    if (authorization === undefined)
      return unknown('NOT_SIGNED_IN', `${address} sends no credentials`, this.#challenge);
    const digest = createHmac('sha256', this.#key).update(authorization).digest('base64');
    if (this.#good.has(digest)) return undefined;
    const waitMs = this.#failures.waitMs(address);
    if (waitMs > 0) return later(`too many wrong credentials from ${address}`, Math.ceil(waitMs / 1000));
    try {
      if (await this.#isGoodOnce(digest, authorization)) return undefined;
    } catch (error) {
      return later(asSpillwayError(error).message, 1);
    }
    this.#failures.add(address);
    return unknown('SIGN_IN_REFUSED', `wrong credentials from ${address}`, this.#challenge);
  }

  get #challenge(): string {
    return this.#accounts.users.length > 0
      ? 'Basic realm="spillway", charset="UTF-8"'
      : 'Bearer realm="spillway"';
  }

  /** Several requests that come with the same header at once cost one check. */
  #isGoodOnce(digest: string, authorization: string): Promise<boolean> {
    const underWay = this.#underWay.get(digest);
    if (underWay) return underWay;
    const check = this.#isGood(authorization)
      .then(good => {
        if (good) this.#remember(digest);
        return good;
      })
      .finally(() => this.#underWay.delete(digest));
    this.#underWay.set(digest, check);
    return check;
  }

  async #isGood(authorization: string): Promise<boolean> {
    if (authorization.length > LONGEST) return false;
    const token = bearerTokenOf(authorization);
    if (token !== undefined) return this.#digests.has(digestOfToken(token));
    const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization) ?? [];
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
    if (name === undefined || password === undefined) return false;
    const user = this.#accounts.users.find(user => user.name === name);
    const good = await isPassword(password, user?.password ?? this.#nobody);
    return good && user !== undefined;
  }

  #remember(digest: string): void {
    if (this.#good.size >= REMEMBERED) this.#good.clear();
    this.#good.add(digest);
  }
}

const unknown = (reason: ErrorCode, detail: string, challenge: string): Unwelcome => ({
  status: 401,
  reason,
  detail,
  headers: { 'WWW-Authenticate': challenge },
});

const later = (detail: string, seconds: number): Unwelcome => ({
  status: 429,
  reason: 'RATE_EXCEEDED',
  detail,
  headers: { 'Retry-After': String(seconds) },
});

/** How a client shows who it is. */
export type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** The value of `Authorization`. @throws SpillwayError CONFIG_INVALID for a user name with a colon, which Basic cannot carry */
export function authorizationOf(credentials: Credentials): string {
  if ('token' in credentials) return `Bearer ${credentials.token}`;
  const { user, password } = credentials;
  if (user.includes(':'))
    throw new SpillwayError('CONFIG_INVALID', `user "${user}": accepted: a name without a colon`);
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
