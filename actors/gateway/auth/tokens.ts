import { createHash, randomBytes } from 'node:crypto';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Token } from '../config.ts';
import type { Authenticator } from './authenticator.ts';

/** Tokens are long and random, so a plain digest keeps them: there is nothing to guess. */
export const digestOfToken = (token: string): string =>
  `sha256:${createHash('sha256').update(token).digest('hex')}`;

export const newToken = (): string => `spw_${randomBytes(32).toString('base64url')}`;

/** `Authorization: Bearer …`, for programs. */
export function bearerTokens(tokens: readonly Token[]): Authenticator {
  // Looked up by digest: how long that takes tells nothing about the token.
  const byDigest = new Map(tokens.map(token => [token.digest, token]));
  return {
    identify(credentials) {
      const [, token] = /^Bearer +(\S+) *$/i.exec(credentials.header('authorization') ?? '') ?? [];
      if (token === undefined) return undefined;
      const known = byDigest.get(digestOfToken(token));
      if (!known) throw new SpillwayError('SIGN_IN_REFUSED', 'this bearer token is not known');
      return { name: known.name, role: known.role, by: 'token' };
    },
  };
}
