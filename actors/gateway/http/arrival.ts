import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { Clock } from '../../../protocol/time.ts';
import { allowList, canonicalAddress } from '../../../runtime/xml-rpc/allow-list.ts';
import { RateLimit } from '../../../runtime/xml-rpc/rate-limit.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';

/**
 * The door: who calls, from which address, under which name; whether that address may, and not too often. Under a name
 * that is not ours a page of somebody else could make a browser read us as its own (DNS rebinding).
 */
export function arrival(
  { allow, proxies, publicUrl, tls, limits }: GatewayConfig,
  log: Logger,
  clock: Clock,
): MiddlewareHandler<GatewayEnv> {
  const mayCall = allowList(allow);
  const isProxy = allowList(proxies);
  const rate = new RateLimit(limits.requestsPerSecond, clock);
  const own = publicUrl === undefined ? undefined : new URL(publicUrl);
  return async (c, next) => {
    c.set('log', log.child({ request: c.get('requestId') }));
    const peer = canonicalAddress(c.env.incoming.socket.remoteAddress) ?? 'unknown';
    const proxied = isProxy(peer);
    const address = proxied ? clientBehind(c.req.header('x-forwarded-for'), isProxy, peer) : peer;
    c.set('address', address);
    const host = c.req.header('host') ?? '';
    const direct = `${tls ? 'https' : 'http'}://${host}`;
    c.set('origins', own ? [own.origin, direct] : [direct]);
    if (!mayCall(address)) throw new Refusal('HOST_REFUSED', `${address} is not in the allow-list`);
    if (!rate.take(address))
      throw new Refusal('RATE_EXCEEDED', 'too many requests from this address', {
        headers: { 'retry-after': '1' },
      });
    if (!proxied && !isOurName(host, own))
      throw new Refusal(
        'HOST_REFUSED',
        `this is not ${host}: set publicUrl to the name it is reached under`,
        {
          status: 421,
        },
      );
    await next();
  };
}

/** The address nearest to us that is no proxy of ours; what stands before it anybody can have written. */
function clientBehind(
  header: string | undefined,
  isProxy: (address: string) => boolean,
  peer: string,
): string {
  const hops = (header ?? '').split(',').map(hop => canonicalAddress(hop.trim()));
  for (const hop of hops.toReversed()) {
    if (hop === undefined) return peer;
    if (!isProxy(hop)) return hop;
  }
  return peer;
}

/** An address can belong to nobody else's page; a name can. */
function isOurName(host: string, own: URL | undefined): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  if (name === 'localhost' || name === own?.hostname) return true;
  return canonicalAddress(name.replaceAll(/^\[|\]$/g, '')) !== undefined;
}
