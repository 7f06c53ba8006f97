import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { Principal } from '../auth/role.ts';
import { Problem, refuseInvalid } from './problem.ts';

/** What middleware finds out about a request, for those behind it. */
export interface GatewayEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** Client's address, in its shortest form. */
    address: string;
    /** Scheme, host and port of our own pages, as a browser may name them. */
    origins: readonly string[];
    principal: Principal | undefined;
    /** Why it was refused. */
    code: ErrorCode | undefined;
    /** It changes nothing, whatever its method. */
    looksOnly: boolean | undefined;
    log: Logger;
  };
}

export type GatewayApp = OpenAPIHono<GatewayEnv>;

/** A piece of the gateway: routes that belong together. What does not fit a route's schema is refused with its place. */
export const routes = (): GatewayApp =>
  new OpenAPIHono<GatewayEnv>({
    defaultHook: result => {
      if (!result.success) refuseInvalid(result.error, result.target === 'json' ? 'body' : result.target);
    },
  });

/** An answer in JSON, for a route's description. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A request body in JSON, which must be there. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true as const, content: { 'application/json': { schema } } },
});

/** Every route may refuse. */
export const refusals = { default: json(Problem, 'refused: the code says why') };
