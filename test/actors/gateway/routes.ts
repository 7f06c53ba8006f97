import { GatewayConfig } from '../../../actors/gateway/config.ts';
import { gatewayApp, type Services } from '../../../actors/gateway/gateway.ts';
import { fakeContext } from '../../helpers/fake-context.ts';

/** Stands in for whatever a route would use once it is asked: here none is. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : anything),
});

/** Every route of the gateway as `METHOD path`, from the app itself. */
export function routesOfTheGateway(): string[] {
  const services = new Proxy({} as Services, {
    get(_, key) {
      if (key === 'config') return GatewayConfig.parse({});
      if (key === 'context') return fakeContext();
      return key === 'tokens' ? [] : anything;
    },
  });
  const { routes } = gatewayApp(services);
  // What is there for all methods is middleware.
  const own = routes.filter(({ method }) => method !== 'ALL');
  return [...new Set(own.map(({ method, path }) => `${method} ${path}`))];
}
