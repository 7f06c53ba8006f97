import { createHmac, randomBytes } from 'node:crypto';
import { returnPath } from './return-path.ts';

/** Longest time between leaving for the provider and coming back. */
export const ATTEMPT_SECONDS = 600;

/**
 * A sign-in that is under way at the provider. All that must be secret about it follows from one random text, which only the
 * browser has, in a cookie: the gateway keeps nothing, so that strangers cannot fill it, and may restart meanwhile.
 */
export interface Attempt {
  /** What the cookie holds. */
  readonly cookie: string;
  /** Ties the answer to the browser that asked (RFC 6749 section 10.12). */
  readonly state: string;
  /** Ties the ID token to the question (OpenID Connect Core section 3.1.2.1). */
  readonly nonce: string;
  /** Whoever steals the code cannot use it (RFC 7636). */
  readonly verifier: string;
  /** Where on the page to go afterwards. */
  readonly returnTo: string;
}

/** @param secret 32 random bytes */
export const newAttempt = (returnTo: string, secret: Buffer = randomBytes(32)): Attempt =>
  attemptOf(secret.toString('base64url'), returnTo);

/** What a cookie says of an attempt; undefined for a text that is no cookie of ours. */
export function readAttempt(cookie: string | undefined): Attempt | undefined {
  const [, secret, place = ''] = /^([\w-]{43})\.([\w-]*)$/.exec(cookie ?? '') ?? [];
  if (secret === undefined) return undefined;
  return attemptOf(secret, returnPath(Buffer.from(place, 'base64url').toString()) ?? '/');
}

function attemptOf(secret: string, returnTo: string): Attempt {
  const derive = (what: string) => createHmac('sha256', secret).update(what).digest('base64url');
  return {
    cookie: `${secret}.${Buffer.from(returnTo).toString('base64url')}`,
    state: derive('state'),
    nonce: derive('nonce'),
    verifier: derive('verifier'),
    returnTo,
  };
}
