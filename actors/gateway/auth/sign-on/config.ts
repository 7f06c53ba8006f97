import { z } from 'zod';
import { secret } from '../../../../runtime/config/secret.ts';
import { duration } from '../../../../runtime/config/units.ts';
import { allowList } from '../../../../runtime/xml-rpc/allow-list.ts';
import { Role } from '../role.ts';

const isLoopback = allowList(['127.0.0.0/8', '::1']);

/** Over plain HTTP anybody on the way could say who somebody is. */
function isSafe(issuer: string): boolean {
  const { protocol, hostname = '' } = URL.parse(issuer) ?? {};
  const isHere = hostname === 'localhost' || isLoopback(hostname.replaceAll(/^\[|\]$/g, ''));
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

/** A provider of OpenID Connect at which people sign in, besides the users of the configuration. */
export const SignOnConfig = z.strictObject({
  issuer: z
    .string()
    .refine(isSafe, 'must be an https address (http only on this machine)')
    .describe('address of the provider, as its discovery document says it'),
  label: z.string().min(1).max(60).default('Single sign-on').describe('on the button of the sign-in dialog'),
  clientId: z.string().min(1).describe('as registered at the provider'),
  clientSecret: secret().optional(),
  scopes: z
    .array(z.string().regex(/^\S+$/, 'must be a scope, without spaces'))
    .default(['openid', 'profile'])
    .refine(scopes => scopes.includes('openid'), 'must hold openid')
    .describe('what the provider is asked to tell'),
  nameClaim: z
    .string()
    .min(1)
    .default('preferred_username')
    .describe('claim that is the name in the record of what was done'),
  rolesClaim: z
    .string()
    .min(1)
    .default('groups')
    .describe('claim with the groups or roles of a person; realm_access.roles for one within another'),
  roles: z
    .record(z.string().min(1), z.enum([Role.viewer, Role.shifter, Role.expert]))
    .default({})
    .describe('group or role at the provider -> what it may do here; who is in several has the most'),
  otherwise: z
    .enum(['none', Role.viewer])
    .default('none')
    .describe('what somebody whom `roles` does not name may do'),
  clockTolerance: duration()
    .prefault('30s')
    .describe("how far the provider's clock may be from that of the gateway"),
});
export type SignOnConfig = z.infer<typeof SignOnConfig>;
