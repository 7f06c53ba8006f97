import { type Context, type MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Failures } from '../../../runtime/auth/failures.ts';
import type { Authenticator, Credentials } from '../auth/authenticator.ts';
import { may, type Permission, type Principal, rolesThatMay } from '../auth/role.ts';
import type { GatewayEnv } from './env.ts';
import type { Places } from './places.ts';
import { Refusal } from './problem.ts';

export const credentialsOf = (c: Context<GatewayEnv>): Credentials => ({
  header: name => c.req.header(name),
  cookie: name => getCookie(c, name),
});

/** A control room may have one address to the outside. */
export const PEOPLE_BEHIND_AN_ADDRESS = 4;

/** Finds out who sends a request. Guessed tokens count as failed sign-ins of the address. */
export const identify =
  (
    authenticator: Authenticator,
    failures: Failures,
    places: Pick<Places, 'prove'>,
  ): MiddlewareHandler<GatewayEnv> =>
  async (c, next) => {
    const address = c.get('address');
    try {
      const principal = authenticator.identify(credentialsOf(c));
      c.set('principal', principal);
      if (principal && principal.by !== 'anonymous') places.prove(c.env.incoming.socket);
    } catch (thrown) {
      refuseWhilePausing(failures, address, PEOPLE_BEHIND_AN_ADDRESS);
      failures.add(address);
      throw thrown;
    }
    await next();
  };

/** @throws Refusal RATE_EXCEEDED while the key has to pause */
export function refuseWhilePausing(failures: Failures, key: string, share = 1): void {
  const seconds = Math.ceil(failures.waitMs(key, share) / 1000);
  if (seconds > 0)
    throw new Refusal('RATE_EXCEEDED', `too many failed sign-ins: wait ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
    });
}

/** Who asks, where they may. @throws SpillwayError NOT_SIGNED_IN, NOT_ALLOWED */
export function allowed(c: Context<GatewayEnv>, permission: Permission): Principal {
  const principal = c.get('principal');
  if (principal && may(principal, permission)) return principal;
  const roles = rolesThatMay(permission).join(' or ');
  if (principal && principal.by !== 'anonymous')
    throw new SpillwayError('NOT_ALLOWED', `${principal.name} is ${principal.role}; this is for ${roles}`);
  throw new SpillwayError('NOT_SIGNED_IN', `this is for ${roles}: sign in, or send a bearer token`);
}

export const needs =
  (permission: Permission): MiddlewareHandler<GatewayEnv> =>
  async (c, next) => {
    allowed(c, permission);
    await next();
  };
