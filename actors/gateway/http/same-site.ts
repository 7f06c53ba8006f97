import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { GatewayEnv } from './env.ts';

/** Header by which our page proves that it sent a request: `csrf` of the session. */
export const CSRF_HEADER = 'x-spillway-csrf';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps other web sites from acting through somebody's browser. Whatever changes something must come from our own
 * origin, where the browser names one, and with the session's proof, where a cookie says who it is. Requests with a bearer
 * token pass: no browser adds one by itself.
 */
export const sameSite = (): MiddlewareHandler<GatewayEnv> => async (c, next) => {
  const principal = c.get('principal');
  if (SAFE.has(c.req.method) || principal?.by === 'token') return next();
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const foreign = origin !== undefined && !c.get('origins').includes(origin);
  if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new SpillwayError('ORIGIN_REFUSED', `a page of ${origin ?? 'another site'} may not do this`);
  if (principal?.csrf !== undefined && !isEqual(c.req.header(CSRF_HEADER) ?? '', principal.csrf))
    throw new SpillwayError('ORIGIN_REFUSED', `the header ${CSRF_HEADER} is not that of the session`);
  return next();
};

const isEqual = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};
