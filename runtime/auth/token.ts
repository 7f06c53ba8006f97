import { createHash, randomBytes } from 'node:crypto';

/** What `digestOfToken` makes. */
export const TOKEN_DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Tokens are long and random, so a plain digest keeps them: there is nothing to guess. */
export const digestOfToken = (token: string): string =>
  `sha256:${createHash('sha256').update(token).digest('hex')}`;

export const newToken = (): string => `spw_${randomBytes(32).toString('base64url')}`;

/** The token of `Authorization: Bearer …`; undefined where the header holds none. */
export const bearerTokenOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
