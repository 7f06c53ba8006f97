import { expect, test } from 'vitest';
import { until } from '../../helpers/until.ts';
import { PASSWORD, runGateway } from './harness.ts';
import { CLIENT, type IdentityProvider, identityProvider, Surfer } from './identity-provider.ts';

process.env['SPILLWAY_TEST_OIDC'] = CLIENT.clientSecret;

const PEOPLE = {
  'sub-1': { preferred_username: 'anna', groups: ['numi-shifters', 'numi-experts', 'football'] },
  'sub-2': { preferred_username: 'bruno', groups: ['football'] },
  'sub-3': { preferred_username: 'maria', groups: ['numi-experts'] },
  'sub-4': { groups: ['numi-experts'] },
} as const;

const oidc = (issuer: string) => ({
  issuer,
  label: 'Laboratory account',
  clientId: CLIENT.clientId,
  clientSecret: { env: 'SPILLWAY_TEST_OIDC' },
  roles: { 'numi-shifters': 'shifter', 'numi-experts': 'expert' },
});

const START = '/api/v1/session/oidc';

/** A gateway and a provider that know each other. */
async function both(
  over: Record<string, unknown> = {},
  options: Parameters<IdentityProvider['open']>[1] = {},
) {
  await using owned = new AsyncDisposableStack();
  const provider = owned.use(await identityProvider(PEOPLE));
  const gateway = owned.use(await runGateway({ oidc: { ...oidc(provider.issuer), ...over } }));
  provider.open(gateway.url, options);
  const kept = owned.move();
  const who = async (surfer: Surfer) =>
    gateway.call('GET', '/api/v1/session', { as: 'nobody', headers: surfer.headers });
  return { provider, gateway, who, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

test('somebody signs in at the provider, comes back to where they were, and has the most that their groups may do', async () => {
  await using world = await both();
  const { gateway, who } = world;
  const surfer = new Surfer();
  const login = await surfer.visit(
    `${gateway.url}${START}?return=${encodeURIComponent('/alarms/a/b?x=1#y')}`,
  );
  const asked = new URL(login.way[1] ?? '').searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  expect([asked.get('state'), asked.get('nonce')]).toEqual([
    expect.stringMatching(/^[\w-]{43}$/),
    expect.any(String),
  ]);
  const { url } = await surfer.logIn(login, 'sub-1');
  expect(url.href).toBe(`${gateway.url}/alarms/a/b?x=1#y`);
  expect(await who(surfer)).toMatchObject({
    status: 200,
    json: { name: 'anna', role: 'expert', by: 'session', csrf: expect.any(String) },
  });
  expect([...surfer.cookies.keys()].filter(name => name.includes('signin'))).toEqual([]);
  const line = gateway.log.find(({ msg }) => msg === 'signed in');
  expect(line).toMatchObject({
    audit: true,
    by: 'anna',
    role: 'expert',
    from: '127.0.0.1',
    subject: 'sub-1',
  });
  expect(JSON.stringify(gateway.log)).not.toContain(CLIENT.clientSecret);
});

test.each([
  [
    'client_secret_post',
    { token_endpoint_auth_method: 'client_secret_post' as const },
    ['client_secret_post'],
  ],
  ['claims in the ID token', {}, undefined],
])('a provider that differs in its ways is met: %s', async (_, client, methods) => {
  await using world = await both(
    {},
    {
      client,
      configuration: methods
        ? { clientAuthMethods: methods as ['client_secret_post'] }
        : { conformIdTokenClaims: false },
    },
  );
  const surfer = new Surfer();
  await surfer.logIn(await surfer.visit(`${world.gateway.url}${START}`), 'sub-1');
  expect((await world.who(surfer)).json).toMatchObject({ name: 'anna', role: 'expert' });
});

test.each([
  ['who is in no group of ours', 'sub-2', {}, 'NOT_ALLOWED'],
  ['who has the name of a local user', 'sub-3', {}, 'SIGN_IN_REFUSED'],
  ['who has no name', 'sub-4', {}, 'SIGN_IN_REFUSED'],
])('somebody %s is not let in, and reads why on the page', async (_, login, over, code) => {
  await using world = await both(over);
  const { gateway, who } = world;
  const surfer = new Surfer();
  const { url } = await surfer.logIn(await surfer.visit(`${gateway.url}${START}?return=/alarms`), login);
  expect(url.href).toBe(`${gateway.url}/alarms?signIn=${code}`);
  expect((await who(surfer)).status).toBe(401);
  expect(gateway.log.find(line => line['audit'] === true && line['code'] === code)).toBeDefined();
});

test('whoever is in no group may look, where the configuration says so', async () => {
  await using world = await both({ otherwise: 'viewer' });
  const surfer = new Surfer();
  await surfer.logIn(await surfer.visit(`${world.gateway.url}${START}`), 'sub-2');
  expect((await world.who(surfer)).json).toMatchObject({ name: 'bruno', role: 'viewer' });
});

test('signing out here leads to where one signs out at the provider, and the session is over at once', async () => {
  await using world = await both();
  const { gateway, provider, who } = world;
  const surfer = new Surfer();
  await surfer.logIn(await surfer.visit(`${gateway.url}${START}`), 'sub-1');
  const { json } = await who(surfer);
  const headers = { ...surfer.headers, 'x-spillway-csrf': String(json['csrf']) };
  const out = await gateway.call('DELETE', '/api/v1/session', { as: 'nobody', headers });
  expect(out.status).toBe(200);
  const url = new URL(String(out.json['signOutUrl']));
  expect(url.origin).toBe(provider.issuer);
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${gateway.url}/`);
  expect((await who(surfer)).status).toBe(401);
  // The provider knows whom it signs out, and asks nothing that it would ask of a forged link.
  const asks = await surfer.visit(url);
  expect(asks.status).toBe(200);
  expect(asks.text).toContain('form');
});

test('a provider that is away keeps nobody from signing in by password, and is found when it is back', async () => {
  await using provider = await identityProvider(PEOPLE);
  await using gateway = await runGateway({ oidc: oidc(provider.issuer) });
  const surfer = new Surfer();
  const { url } = await surfer.visit(`${gateway.url}${START}`);
  expect(url.href).toBe(`${gateway.url}/?signIn=PROVIDER_AWAY`);
  expect(await gateway.call('GET', START, { as: 'nobody' })).toMatchObject({
    status: 503,
    json: { code: 'PROVIDER_AWAY' },
  });
  const signedIn = await gateway.call('POST', '/api/v1/session', {
    as: 'nobody',
    body: { name: 'maria', password: PASSWORD },
  });
  expect(signedIn.status).toBe(200);
  provider.open(gateway.url);
  await until(() => gateway.log.some(({ msg }) => msg === 'the identity provider is there'), {
    timeoutMs: 15_000,
    what: 'the provider to be found without anybody asking',
  });
  await surfer.logIn(await surfer.visit(`${gateway.url}${START}`), 'sub-1');
  // What it said of itself is still known, but its tokens cannot be had.
  const other = new Surfer();
  const login = await other.visit(`${gateway.url}${START}`);
  provider.shut();
  const state = new URL(login.way[1] ?? '').searchParams.get('state') ?? '';
  const back = await other.visit(
    `${gateway.url}${START}/callback?code=x&state=${state}&iss=${provider.issuer}`,
  );
  expect(back.url.href).toBe(`${gateway.url}/?signIn=PROVIDER_AWAY`);
});

test('an answer to a sign-in that another browser began signs nobody in', async () => {
  await using world = await both();
  const { gateway, who } = world;
  const victim = new Surfer();
  const attacker = new Surfer();
  await victim.visit(`${gateway.url}${START}`);
  const login = await attacker.visit(`${gateway.url}${START}`);
  // The attacker stops before the last step, and gives the address to the victim.
  const consented = await attacker.logIn(login, 'sub-1');
  const callback = consented.way.find(step => step.includes('/callback?')) ?? '';
  const { url } = await victim.visit(callback);
  expect(url.searchParams.get('signIn')).toBe('SIGN_IN_REFUSED');
  expect((await who(victim)).status).toBe(401);
  const nobody = await new Surfer().visit(callback);
  expect(nobody.url.searchParams.get('signIn')).toBe('SIGN_IN_REFUSED');
});

test('a code is good once, and whoever goes on trying has to pause', async () => {
  await using world = await both();
  const { gateway } = world;
  const surfer = new Surfer();
  const login = await surfer.visit(`${gateway.url}${START}`);
  const cookie = [...surfer.cookies].find(([name]) => name.endsWith('signin'));
  const { way } = await surfer.logIn(login, 'sub-1');
  const callback = way.find(step => step.includes('/callback?')) ?? '';
  const again = async () => {
    if (cookie) surfer.cookies.set(...cookie);
    return (await surfer.visit(callback)).url.searchParams.get('signIn');
  };
  const codes = [];
  for (let tries = 0; tries < 21; tries++) codes.push(await again());
  expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'SIGN_IN_REFUSED'));
  expect(codes[20]).toBe('RATE_EXCEEDED');
});

test('somebody who gives up at the provider comes back to the page', async () => {
  await using world = await both();
  const { gateway } = world;
  const surfer = new Surfer();
  const login = await surfer.visit(`${gateway.url}${START}?return=/alarms`);
  const { url } = await surfer.visit(`${login.url.href}/abort`);
  expect(url.href).toBe(`${gateway.url}/alarms?signIn=SIGN_IN_REFUSED`);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '/..//evil.example',
  'https://evil.example',
  '/\t/evil.example',
  '/api/v1/session',
])('a link that would lead on to %j is refused before anything begins', async place => {
  await using world = await both();
  const answer = await world.gateway.call('GET', `${START}?return=${encodeURIComponent(place)}`, {
    as: 'nobody',
  });
  expect(answer).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } });
});

test('a page of another site cannot send somebody to sign in', async () => {
  await using world = await both();
  const answer = await world.gateway.call('GET', START, {
    as: 'nobody',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(answer).toMatchObject({ status: 403, json: { code: 'ORIGIN_REFUSED' } });
});

test('a session that came from the provider outlives a restart, and ends when its rules change', async () => {
  await using world = await both();
  const { gateway, provider } = world;
  const surfer = new Surfer();
  await surfer.logIn(await surfer.visit(`${gateway.url}${START}`), 'sub-1');
  const asIn = async (section: Record<string, unknown>) => {
    await using again = await runGateway(section, { directory: gateway.context.dataDirectory });
    return (await again.call('GET', '/api/v1/session', { as: 'nobody', headers: surfer.headers })).status;
  };
  const same = oidc(provider.issuer);
  expect(await asIn({ oidc: same })).toBe(200);
  expect(await asIn({ oidc: { ...same, roles: { 'numi-experts': 'viewer' } } })).toBe(401);
  expect(await asIn({})).toBe(401);
});

test('the page is told which ways there are', async () => {
  await using world = await both();
  const { json } = await world.gateway.call('GET', '/api/v1/sign-in', { as: 'nobody' });
  expect(json).toEqual({ passwords: true, signOn: { label: 'Laboratory account', path: START } });
  await using plain = await runGateway();
  expect((await plain.call('GET', '/api/v1/sign-in', { as: 'nobody' })).json).toEqual({ passwords: true });
  expect((await plain.call('GET', START, { as: 'nobody' })).status).toBe(404);
});
