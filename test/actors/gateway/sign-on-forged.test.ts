import { expect, test } from 'vitest';
import { runGateway } from './harness.ts';
import { Surfer } from './identity-provider.ts';
import { type Lie, lyingProvider, OTHER_KEYS } from './lying-provider.ts';

/** Signs in at a provider that lies; the code that the page is told, and who the browser is then. */
async function signIn(lie: Lie, skew = 0) {
  await using provider = await lyingProvider();
  Object.assign(provider, { lie, skew });
  const oidc = { issuer: provider.issuer, clientId: 'spillway', roles: { 'numi-experts': 'expert' } };
  await using gateway = await runGateway({ oidc });
  const surfer = new Surfer();
  const { url } = await surfer.visit(`${gateway.url}/api/v1/session/oidc`);
  const who = await gateway.call('GET', '/api/v1/session', { as: 'nobody', headers: surfer.headers });
  const said = gateway.log.find(line => line['audit'] === true && typeof line['code'] === 'string');
  return {
    code: url.searchParams.get('signIn'),
    name: who.json['name'],
    said: JSON.stringify(said?.['msg']),
  };
}

const past = Math.floor(Date.now() / 1000) - 3600;

test('a provider that tells the truth signs somebody in, also when its clock is a little off', async () => {
  expect(await signIn({})).toMatchObject({ code: null, name: 'anna' });
  expect(await signIn({}, 20)).toMatchObject({ code: null, name: 'anna' });
  expect(await signIn({}, -80)).toMatchObject({ code: null, name: 'anna' });
});

test.each<[string, Lie, RegExp]>([
  ['that is of another issuer', { claims: { iss: 'https://evil.example' } }, /iss/],
  ['that is for somebody else', { claims: { aud: 'another-client' } }, /aud/],
  ['that is for several, and was given to another', { claims: { aud: ['spillway', 'b'], azp: 'b' } }, /azp/],
  ['of another sign-in', { claims: { nonce: 'of-another' } }, /nonce/],
  ['without a nonce', { claims: { nonce: undefined } }, /nonce/],
  ['that has expired', { claims: { iat: past, exp: past + 60 } }, /timestamp|exp/],
  ['that is not valid yet', { claims: { nbf: past + 7200 } }, /timestamp|nbf/],
  ['without a subject', { claims: { sub: undefined } }, /sub/],
  ['that another key has signed', { key: OTHER_KEYS.privateKey }, /signature/],
  ['that nobody has signed', { unsigned: true }, /alg|signature/],
])('an ID token %s signs nobody in', async (_, lie, why) => {
  const { code, name, said } = await signIn(lie);
  expect({ code, name }).toEqual({ code: 'PROVIDER_INVALID', name: undefined });
  expect(said).toMatch(why);
});

test.each<[string, Lie, string]>([
  ['an answer that another provider has sent', { answeredBy: 'https://evil.example' }, 'PROVIDER_INVALID'],
  ['a provider that says it is another', { issuer: 'https://evil.example' }, 'PROVIDER_INVALID'],
  ['tokens that are no JSON', { tokens: { status: 200, body: '<html>' } }, 'PROVIDER_INVALID'],
  [
    'tokens without an ID token',
    { tokens: { status: 200, body: '{"access_token":"x","token_type":"bearer"}' } },
    'PROVIDER_INVALID',
  ],
  [
    'a client that the provider does not know',
    { tokens: { status: 401, body: '{"error":"invalid_client"}' } },
    'PROVIDER_INVALID',
  ],
  ['a code that is used', { tokens: { status: 400, body: '{"error":"invalid_grant"}' } }, 'SIGN_IN_REFUSED'],
  [
    'a provider that fails',
    { tokens: { status: 502, body: 'bad gateway', type: 'text/plain' } },
    'PROVIDER_AWAY',
  ],
  [
    'a provider that has too much to do',
    { tokens: { status: 503, body: '{"error":"temporarily_unavailable"}' } },
    'PROVIDER_AWAY',
  ],
])('%s has a code of its own on the page', async (_, lie, code) => {
  expect(await signIn(lie)).toMatchObject({ code, name: undefined });
});

test('a provider in plain HTTP is taken on this machine only', async () => {
  const oidc = (issuer: string) => runGateway({ oidc: { issuer, clientId: 'x' } });
  await expect(oidc('http://sso.example')).rejects.toThrow('must be an https address');
  await expect(oidc('http://127.0.0.1.evil.example')).rejects.toThrow('must be an https address');
});
