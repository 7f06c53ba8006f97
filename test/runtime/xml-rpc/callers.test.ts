import { expect, test } from 'vitest';
import { hashPassword } from '../../../runtime/auth/password.ts';
import { digestOfToken, newToken } from '../../../runtime/auth/token.ts';
import { authorizationOf } from '../../../runtime/xml-rpc/callers.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { echoCall, post, startServer } from './harness.ts';

const PASSWORD = 'pölsen: correct horse';
/** Cheap to check: the cost is not what these tests are about. */
const HASH = await hashPassword(PASSWORD, { ln: 8, r: 8, p: 1 });
const TOKEN = newToken();
const accounts = {
  users: [{ name: 'acnet', password: HASH }],
  tokens: [{ digest: digestOfToken(TOKEN) }],
  failures: 3,
  pauseMs: 60_000,
};

test.each([
  ['a password', { user: 'acnet', password: PASSWORD }],
  ['a token', { token: TOKEN }],
])('whoever has %s may call, and nobody without one learns what there is', async (_, credentials) => {
  await using target = await startServer({ callers: accounts });
  using client = new XmlRpcClient(target.url, { credentials });
  expect(await client.call('echo', [1])).toBe(1);
  const refused = await Promise.all([
    post(target.url, echoCall(1)),
    post(`${target.url}/elsewhere`, echoCall(1)),
    fetch(target.url),
  ]);
  for (const response of refused) {
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="spillway"/);
    expect(await response.text()).toMatch(/^NOT_SIGNED_IN: /);
  }
  expect(target.reasons()).toEqual(Array(3).fill('NOT_SIGNED_IN'));
});

test.each([
  ['another password', authorizationOf({ user: 'acnet', password: 'wrong' })],
  ['another name', authorizationOf({ user: 'nobody', password: PASSWORD })],
  ['no password', `Basic ${Buffer.from('acnet').toString('base64')}`],
  ['another token', 'Bearer spw_guess'],
  ['another scheme', 'Digest username="acnet"'],
  ['no base64', 'Basic %%%'],
  ['a header without end', `Basic ${'QUJD'.repeat(1000)}`],
])('%s lets nobody in, and the refusal repeats nothing of it', async (_, authorization) => {
  await using target = await startServer({ callers: accounts });
  const response = await post(target.url, echoCall(1), { authorization });
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('SIGN_IN_REFUSED: wrong credentials from 127.0.0.1\n');
  expect(target.reasons()).toEqual(['SIGN_IN_REFUSED']);
});

test('guessing has to pause soon, also with the right guess, and whoever was let in before does not notice', async () => {
  await using target = await startServer({ callers: accounts });
  using known = new XmlRpcClient(target.url, { credentials: { token: TOKEN } });
  await known.call('echo', [1]);
  for (let guess = 0; guess < 3; guess++) {
    const authorization = authorizationOf({ user: 'acnet', password: `guess ${guess}` });
    expect((await post(target.url, echoCall(1), { authorization })).status).toBe(401);
  }
  const authorization = authorizationOf({ user: 'acnet', password: PASSWORD });
  const late = await post(target.url, echoCall(1), { authorization });
  expect(late.status).toBe(429);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(await known.call('echo', [2])).toBe(2);
});

test('many calls at once with one password cost one check of it: no call is refused for want of room', async () => {
  await using target = await startServer({ callers: accounts });
  using client = new XmlRpcClient(target.url, { credentials: { user: 'acnet', password: PASSWORD } });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => client.call('echo', [n])));
  expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(target.refusals).toEqual([]);
});

test('a password in a URL is refused before it stands in a log', () => {
  expect(() => new XmlRpcClient('http://acnet:geheim@127.0.0.1/')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('geheim') }),
  );
});
