import { z } from 'zod';
import { PASSWORD_HASH } from '../auth/password.ts';
import { TOKEN_DIGEST } from '../auth/token.ts';
import { filePath } from '../config/file-path.ts';
import { secret } from '../config/secret.ts';
import { duration } from '../config/units.ts';
import type { CallerAccounts, Credentials } from './callers.ts';

/** How callbacks are taken by TLS. */
export const ServerTlsConfig = z
  .strictObject({
    certificate: filePath().describe('our chain in PEM'),
    key: filePath().describe('its private key in PEM'),
    clientCa: filePath()
      .optional()
      .describe('authority in PEM whose certificates callers must have; without it they need none'),
  })
  .describe('callbacks are taken by HTTPS; without it, what is sent can be read and changed on the way');

/** How we know the server, and it us, where it is called by https. */
export const ClientTlsConfig = z
  .strictObject({
    ca: filePath().optional().describe("authority in PEM that vouches for the server; default: Node's"),
    certificate: filePath().optional().describe('our own certificate in PEM, for a server that wants one'),
    key: filePath().optional().describe('its private key in PEM'),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: 'give certificate and key, or neither',
  })
  .describe('for a server with https');

/** How we show the server who we are. */
export const CredentialsConfig = z
  .strictObject({
    user: z
      .string()
      .regex(/^[^:]+$/, 'must have no colon')
      .optional()
      .describe('for HTTP Basic'),
    password: secret().optional(),
    token: secret().optional(),
  })
  .transform((given, context): Credentials => {
    const { user, password, token } = given;
    if (token !== undefined && user === undefined && password === undefined) return { token };
    if (token === undefined && user !== undefined && password !== undefined) return { user, password };
    context.addIssue({ code: 'custom', message: 'give user and password, or a token' });
    return z.NEVER;
  })
  .describe('sent with every call of the server');

/** Who may call us back. */
export const CallersConfig = z
  .strictObject({
    users: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[^:]+$/, 'must have no colon')
            .describe('for HTTP Basic'),
          password: z
            .string()
            .regex(PASSWORD_HASH, 'must be what "spillway auth hash" prints')
            .describe('what "spillway auth hash" prints'),
        }),
      )
      .default([])
      .describe('by name and password'),
    tokens: z
      .array(
        z.strictObject({
          digest: z
            .string()
            .regex(TOKEN_DIGEST, 'must be what "spillway auth token" prints')
            .describe('what "spillway auth token" prints'),
        }),
      )
      .default([])
      .describe('by bearer token'),
    failures: z.int().min(1).default(5).describe('wrong credentials of an address, before it must pause'),
    pause: duration().prefault('1m').describe('how long it must'),
  })
  .refine(({ users, tokens }) => users.length + tokens.length > 0, { error: 'give a user or a token' })
  .transform(
    ({ users, tokens, failures, pause }): CallerAccounts => ({ users, tokens, failures, pauseMs: pause }),
  )
  .describe('who may call, by HTTP authentication; without it, whoever is in the allow-list');
