import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie, setCookie } from 'hono/cookie';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type Principal, Role } from '../auth/role.ts';
import type { Services } from '../gateway.ts';
import { body, type GatewayApp, json, refusals, routes } from '../http/env.ts';
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
  responses: { 204: { description: 'signed out' }, ...refusals },
});

/** Signing in and out. Another way of signing in, as a single sign-on, ends in `sessions.begin` as this one does. */
export function sessionRoutes({ config, context, users, sessions, failures }: Services): GatewayApp {
  const app = routes();
  const cookieOptions = {
    httpOnly: true,
    sameSite: 'Strict',
    secure: sessions.secure,
    path: '/',
    maxAge: Math.floor(config.session.longest / 1000),
  } as const;

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
    await sessions.end(credentialsOf(c));
    const { cookie, principal } = await sessions.begin(identity);
    c.set('principal', principal);
    setCookie(c, sessions.cookie, cookie, cookieOptions);
    return c.json(shown(principal), 200);
  });

  app.openapi(signOut, async c => {
    await sessions.end(credentialsOf(c));
    deleteCookie(c, sessions.cookie, { path: '/', secure: sessions.secure });
    return c.body(null, 204);
  });
  return app;
}

const shown = ({ name, role, by, csrf }: Principal) => ({ name, role, by, ...(csrf ? { csrf } : {}) });
