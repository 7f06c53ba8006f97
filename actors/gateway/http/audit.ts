import type { MiddlewareHandler } from 'hono';
import type { ActorContext } from '../../../runtime/actor.ts';
import type { GatewayEnv } from './env.ts';

/**
 * Counts every request, and logs those that were to change something, refused ones too: who, from where, what, and what
 * became of it. What a command said stands in COMMAND, for as long as that is kept.
 */
export const audit =
  ({
    count,
    observe,
    clock,
  }: Pick<ActorContext, 'count' | 'observe' | 'clock'>): MiddlewareHandler<GatewayEnv> =>
  async (c, next) => {
    const startedAt = clock();
    await next();
    const { status } = c.res;
    const code = c.get('code');
    observe('request', clock() - startedAt);
    count('requests', { status: String(status) });
    if (code !== undefined) count('refused', { reason: code });
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || c.get('looksOnly') === true) return;
    const principal = c.get('principal');
    c.get('log').info(
      {
        audit: true,
        by: principal?.name,
        role: principal?.role,
        from: c.get('address'),
        method: c.req.method,
        path: c.req.path.slice(0, 300),
        status,
        code,
      },
      status < 400 ? 'done' : 'refused',
    );
  };

/** For what is asked with a body and changes nothing: a page asks such things all the time. */
export const looksOnly: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  c.set('looksOnly', true);
  await next();
};
