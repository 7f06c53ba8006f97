import { SpillwayError } from '../../../protocol/errors.ts';
import { bearerTokenOf, digestOfToken } from '../../../runtime/auth/token.ts';
import type { Token } from '../config.ts';
import type { Authenticator } from './authenticator.ts';

/** `Authorization: Bearer …`, for programs. */
export function bearerTokens(tokens: readonly Token[]): Authenticator {
  // Looked up by digest: how long that takes tells nothing about the token.
  const byDigest = new Map(tokens.map(token => [token.digest, token]));
  return {
    identify(credentials) {
      const token = bearerTokenOf(credentials.header('authorization'));
      if (token === undefined) return undefined;
      const known = byDigest.get(digestOfToken(token));
      if (!known) throw new SpillwayError('SIGN_IN_REFUSED', 'this bearer token is not known');
      return { name: known.name, role: known.role, by: 'token' };
    },
  };
}
