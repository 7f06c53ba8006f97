import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type Principal, Role } from '../auth/role.ts';
import type { Identity } from '../auth/users.ts';
import type { Services } from '../gateway.ts';
import { body, type GatewayApp, type GatewayEnv, json, refusals, routes } from '../http/env.ts';
import { credentialsOf, PEOPLE_BEHIND_AN_ADDRESS, refuseWhilePausing } from '../http/identity.ts';

const Who = z
  .strictObject({
    name: z.string(),
    role: z.enum(Role),
    by: z.enum(['session', 'token', 'anonymous']),
    csrf: z.string().optional().describe('to be sent as X-Spillway-Csrf with whatever changes something'),
  })
  .openapi('Who');

const SignIn = z.strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1000) });

const path = '/api/v1/session';
const who = createRoute({
  method: 'get',
  path,
  summary: 'Who I am',
  responses: { 200: json(Who, 'whoever asks'), ...refusals },
});
const signIn = createRoute({
  method: 'post',
  path,
  summary: 'Signs in; the session is a cookie',
  request: body(SignIn),
  responses: { 200: json(Who, 'signed in'), ...refusals },
});
const signOut = createRoute({
  method: 'delete',
  path,
  summary: 'Signs out',
  responses: {
    200: json(
      z.strictObject({
        signOutUrl: z.string().describe('where the browser signs out at the identity provider too'),
      }),
      'signed out here',
    ),
    204: { description: 'signed out' },
    ...refusals,
  },
});

/** Signing in by name and password, and out. The other way of signing in, at an identity provider, ends in the same session. */
export function sessionRoutes({ config, context, users, sessions, signOn, failures }: Services): GatewayApp {
  const app = routes();

  app.openapi(who, c => {
    const principal = c.get('principal');
    if (!principal) throw new SpillwayError('NOT_SIGNED_IN', 'nobody is signed in');
    return c.json(shown(principal), 200);
  });

  app.openapi(signIn, async c => {
    const { name, password } = c.req.valid('json');
    const address = c.get('address');
    // Of an address for all names, so that nobody tries every name; of a name only from this address, so that nobody
    // can lock somebody else out.
    const person = `${address} ${name}`;
    refuseWhilePausing(failures, address, PEOPLE_BEHIND_AN_ADDRESS);
    refuseWhilePausing(failures, person);
    const identity = await users.signIn(name, password);
    if (!identity) {
      for (const key of [address, person]) failures.add(key);
      context.log.warn({ audit: true, name, from: address }, 'sign-in refused');
      throw new SpillwayError('SIGN_IN_REFUSED', 'name or password is wrong');
    }
    failures.forgive(person);
    return c.json(shown(await beginSession(c, identity, { sessions, config })), 200);
  });

  app.openapi(signOut, async c => {
    const { idToken } = (await sessions.end(credentialsOf(c))) ?? {};
    deleteCookie(c, sessions.cookie, { path: '/', secure: sessions.secure });
    const signOutUrl =
      idToken === undefined ? undefined : await signOn?.signOutUrl(idToken, `${c.get('origins')[0]}/`);
    return signOutUrl === undefined ? c.body(null, 204) : c.json({ signOutUrl }, 200);
  });
  return app;
}

/** From here on the browser is signed in, whichever way it came. */
export async function beginSession(
  c: Context<GatewayEnv>,
  identity: Identity,
  { sessions, config }: Pick<Services, 'sessions' | 'config'>,
): Promise<Principal> {
  await sessions.end(credentialsOf(c));
  const { cookie, principal } = await sessions.begin(identity);
  c.set('principal', principal);
  setCookie(c, sessions.cookie, cookie, {
    httpOnly: true,
    sameSite: 'Strict',
    secure: sessions.secure,
    path: '/',
    maxAge: Math.floor(config.session.longest / 1000),
  });
  return principal;
}

const shown = ({ name, role, by, csrf }: Principal) => ({ name, role, by, ...(csrf ? { csrf } : {}) });
