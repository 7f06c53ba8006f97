import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { asSpillwayError, SpillwayError } from '../../../protocol/errors.ts';
import { ATTEMPT_SECONDS, newAttempt, readAttempt } from '../auth/sign-on/attempt.ts';
import { returnPath } from '../auth/sign-on/return-path.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { PEOPLE_BEHIND_AN_ADDRESS, refuseWhilePausing } from '../http/identity.ts';
import { Refusal } from '../http/problem.ts';
import { beginSession } from './session.ts';

const path = '/api/v1/session/oidc';
const BACK = `${path}/callback`;

const ways = createRoute({
  method: 'get',
  path: '/api/v1/sign-in',
  summary: 'Ways to sign in',
  responses: {
    200: json(
      z.strictObject({
        passwords: z.boolean().describe('with name and password: POST /api/v1/session'),
        signOn: z
          .strictObject({ label: z.string(), path: z.string() })
          .optional()
          .describe('at an identity provider: send the browser to the path'),
      }),
      'the ways',
    ),
    ...refusals,
  },
});
const begin = createRoute({
  method: 'get',
  path,
  summary: 'Sends a browser to the identity provider',
  request: {
    query: z.strictObject({ return: z.string().default('/').describe('where on the page to go afterwards') }),
  },
  responses: { 302: { description: 'to the provider' }, ...refusals },
});
const back = createRoute({
  method: 'get',
  path: BACK,
  summary: 'Where the provider sends the browser back to; register it there as the redirect URI',
  responses: {
    302: { description: 'to the page: signed in, or with `signIn` in the query saying why not' },
    ...refusals,
  },
});

/** Signing in at an identity provider: OpenID Connect, authorization code flow. */
export function signOnRoutes(services: Services): GatewayApp {
  const app = routes();
  const { users, tokens, sessions, signOn, failures } = services;
  const cookie = `${sessions.cookie}-signin`;
  // Sent along when the provider, which is another site, sends the browser back.
  const lax = { httpOnly: true, sameSite: 'Lax', secure: sessions.secure, path: '/' } as const;
  const redirectUri = (c: Context<GatewayEnv>) => `${c.get('origins')[0]}${BACK}`;

  app.openapi(ways, c =>
    c.json({ passwords: users.size > 0, ...(signOn ? { signOn: { label: signOn.label, path } } : {}) }, 200),
  );

  app.openapi(begin, async c => {
    const provider = known();
    const returnTo = returnPath(c.req.valid('query').return);
    if (returnTo === undefined)
      throw new SpillwayError('REQUEST_INVALID', 'query.return: must be a path of the shift page');
    const site = c.req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      throw new SpillwayError('ORIGIN_REFUSED', 'a page of another site may not begin a sign-in');
    return toPage(c, returnTo, async () => {
      const attempt = newAttempt(returnTo);
      const url = await provider.begin(attempt, redirectUri(c));
      setCookie(c, cookie, attempt.cookie, { ...lax, maxAge: ATTEMPT_SECONDS });
      return url;
    });
  });

  app.openapi(back, c => {
    const provider = known();
    const attempt = readAttempt(getCookie(c, cookie));
    const { returnTo = '/' } = attempt ?? {};
    deleteCookie(c, cookie, { path: '/', secure: sessions.secure });
    return toPage(c, returnTo, async () => {
      const address = c.get('address');
      refuseWhilePausing(failures, address, PEOPLE_BEHIND_AN_ADDRESS);
      try {
        if (!attempt)
          throw new SpillwayError('SIGN_IN_REFUSED', 'this sign-in was begun elsewhere, or took too long');
        const answer = new URL(redirectUri(c) + new URL(c.req.url).search);
        const { identity, subject } = await provider.finish(attempt, answer);
        if (isTaken(identity.name))
          throw new SpillwayError('SIGN_IN_REFUSED', `${identity.name} is somebody else's name here`);
        const { name, role } = await beginSession(c, identity, services);
        c.get('log').info({ audit: true, by: name, role, from: address, subject }, 'signed in');
        return returnTo;
      } catch (thrown) {
        if (!asSpillwayError(thrown).retry) failures.add(address);
        throw thrown;
      }
    });
  });
  return app;

  function known() {
    if (signOn) return signOn;
    throw new Refusal('REQUEST_INVALID', 'this gateway has no single sign-on', { status: 404 });
  }

  /** Two people must not have one name in the record. */
  function isTaken(name: string): boolean {
    return users.find(name) !== undefined || tokens.some(token => token.name === name);
  }
}

/** Sends a browser on. What went wrong people read on the page, under its code; programs get it as any refusal. */
async function toPage(
  c: Context<GatewayEnv>,
  returnTo: string,
  where: () => Promise<string>,
): Promise<Response> {
  try {
    return c.redirect(await where(), 302);
  } catch (thrown) {
    const { code, message, cause } = asSpillwayError(thrown);
    const because = cause instanceof Error ? cause.message : undefined;
    c.get('log').warn({ audit: true, from: c.get('address'), code, because }, `sign-in refused: ${message}`);
    if (!/\btext\/html\b/.test(c.req.header('accept') ?? '')) throw thrown;
    c.set('code', code);
    const page = new URL(returnTo, 'http://here.invalid');
    page.searchParams.set('signIn', code);
    return c.redirect(page.pathname + page.search + page.hash, 302);
  }
}
