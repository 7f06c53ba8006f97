import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const OTHER_KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Lie {
  /** In place of what is true of the ID token; undefined leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
  /** Of the ID token's head, and with no signature under it. */
  readonly unsigned?: boolean;
  /** In place of the address in the discovery document. */
  readonly issuer?: string;
  /** `iss` that the browser brings back (RFC 9207). */
  readonly answeredBy?: string;
  /** In place of the whole answer at the token endpoint. */
  readonly tokens?: { readonly status: number; readonly body: string; readonly type?: string };
}

export interface LyingProvider extends AsyncDisposable {
  readonly issuer: string;
  lie: Lie;
  /** Its clock, less ours, in seconds. */
  skew: number;
}

/**
 * A provider of OpenID Connect that vouches for anybody, and lies as it is told: everything else about it is as the standard
 * wants it, down to the signature.
 */
export async function lyingProvider(): Promise<LyingProvider> {
  let nonce = '';
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const answer = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/openid-configuration')
      return answer({
        issuer: provider.lie.issuer ?? issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
      });
    if (url.pathname === '/jwks')
      return answer({
        keys: [{ ...KEYS.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
      });
    if (url.pathname === '/authorize') {
      nonce = url.searchParams.get('nonce') ?? '';
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      back.searchParams.set('iss', provider.lie.answeredBy ?? issuer);
      return response.writeHead(302, { location: back.href }).end();
    }
    const { tokens } = provider.lie;
    if (tokens)
      return response
        .writeHead(tokens.status, { 'content-type': tokens.type ?? 'application/json' })
        .end(tokens.body);
    return answer({ access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: idToken() });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function idToken(): string {
    const { claims = {}, key = KEYS.privateKey, unsigned = false } = provider.lie;
    const now = Math.floor(Date.now() / 1000) + provider.skew;
    const told = {
      iss: issuer,
      aud: 'spillway',
      sub: 'sub-1',
      iat: now,
      exp: now + 60,
      nonce,
      preferred_username: 'anna',
      groups: ['numi-experts'],
      ...claims,
    };
    const head = unsigned ? { alg: 'none' } : { alg: 'RS256', kid: 'one' };
    const text = [head, told].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${unsigned ? '' : createSign('sha256').update(text).sign(key, 'base64url')}`;
  }

  const provider: LyingProvider = {
    issuer,
    lie: {},
    skew: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return provider;
}
