import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { PASSWORD_HASH } from '../../runtime/auth/password.ts';
import { TOKEN_DIGEST } from '../../runtime/auth/token.ts';
import { filePath } from '../../runtime/config/file-path.ts';
import { loadYaml } from '../../runtime/config/load.ts';
import { secret } from '../../runtime/config/secret.ts';
import { byteSize, duration } from '../../runtime/config/units.ts';
import { PERSON_NAME, Role } from './auth/role.ts';
import { SignOnConfig } from './auth/sign-on/config.ts';

/** An address, or a network in CIDR notation. */
const Network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be an address or a network, for example 127.0.0.0/8 or ::1',
});

const name = () =>
  z
    .string()
    .regex(PERSON_NAME, 'must be 1 to 100 characters, without control characters')
    .describe('as it stands in the record of what was done');

const User = z.strictObject({
  name: name(),
  role: z.enum([Role.viewer, Role.shifter, Role.expert]).describe('what the user may do'),
  password: z
    .string()
    .regex(PASSWORD_HASH, 'must be what "spillway auth hash" prints')
    .describe('what "spillway auth hash" prints'),
});
export type User = z.infer<typeof User>;

const Token = z.strictObject({
  name: name(),
  role: z.enum(Role).describe('what the program may do; a notifier can only tell notifications'),
  digest: z
    .string()
    .regex(TOKEN_DIGEST, 'must be what "spillway auth token" prints')
    .describe('what "spillway auth token" prints'),
});
export type Token = z.infer<typeof Token>;

const users = z.array(User).default([]).describe('who can sign in');
const tokens = z.array(Token).default([]).describe('bearer tokens of programs');

/** A file of its own, which fewer people may read than the configuration. */
const UsersFile = z.strictObject({ users, tokens });

export const GatewayConfig = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: z.int().min(0).max(65_535).default(8090).describe('0 takes a free one'),
    })
    .prefault({})
    .describe('where HTTP is served'),
  tls: z
    .strictObject({
      certificate: filePath().describe('chain in PEM'),
      key: filePath().describe('private key in PEM'),
    })
    .optional()
    .describe('serves HTTPS; without it, what is sent can be read on the way'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('how browsers reach the gateway, where that is not the address listened on: a name, a proxy'),
  allow: z.array(Network).default(['127.0.0.0/8', '::1/128']).describe('networks that clients may come from'),
  proxies: z.array(Network).default([]).describe('reverse proxies whose X-Forwarded-For is believed'),
  anonymous: z.enum(['none', 'viewer']).default('none').describe('what somebody who is not signed in may do'),
  users,
  tokens,
  usersFile: filePath().optional().describe('YAML file with more users and tokens'),
  oidc: SignOnConfig.optional().describe('single sign-on: a provider of OpenID Connect'),
  session: z
    .strictObject({
      idle: duration().prefault('8h').describe('a session not used for so long is over'),
      longest: duration().prefault('24h').describe('from sign-in to the end of the session'),
    })
    .prefault({})
    .describe('how long somebody stays signed in'),
  notify: z
    .strictObject({
      allow: z.array(Network).default([]).describe('networks that may tell notifications without a token'),
    })
    .prefault({})
    .describe('notifications from outside'),
  page: z
    .strictObject({
      directory: filePath().optional().describe('of a shift page of your own; default: the one of Spillway'),
      sourceMaps: z.boolean().default(false).describe('serves source maps of its scripts, for debugging'),
    })
    .prefault({})
    .describe('the shift page'),
  boards: filePath()
    .optional()
    .describe('directory of boards of your own (classic dashboard JSON), shown beside those of Spillway'),
  reader: z
    .strictObject({
      user: z.string().default('grafana').describe('must not be able to write; the embedded store has it'),
      password: secret().optional(),
    })
    .prefault({})
    .describe('account of the store that queries of boards run as'),
  queries: z
    .strictObject({
      concurrent: z.int().min(1).default(4).describe('at a time; others wait'),
      time: duration().prefault('10s').describe('longest time of one'),
      rows: z.int().min(1).default(50_000).describe('of a result; more are left out, and the page says so'),
    })
    .prefault({})
    .describe('what boards may ask of the store'),
  answerTimeout: duration()
    .prefault('5s')
    .describe('longest wait for what becomes of a command; after it the answer is 202, and can be asked for'),
  limits: z
    .strictObject({
      body: byteSize().prefault('256KiB').describe('largest request'),
      header: byteSize().prefault('16KiB').describe('all HTTP headers of a request together'),
      connections: z.int().min(1).default(256).describe('at a time, those of viewers not counted'),
      connectionsPerAddress: z
        .int()
        .min(1)
        .default(300)
        .describe('of one address, those of viewers too; proxies are not held to it'),
      viewers: z.int().min(1).default(1000).describe('pages that are told what happens, at a time'),
      viewersPerAddress: z.int().min(1).default(200).describe('of them from one address'),
      requestsPerSecond: z.number().positive().default(200).describe('of each address'),
      requestTime: duration().prefault('10s').describe('from the first byte to the last'),
      signInFailures: z.int().min(1).default(5).describe('of a name and address, before it must pause'),
      signInPause: duration().prefault('5m').describe('how long it must'),
    })
    .prefault({})
    .describe('what a caller may ask of us'),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

/** Users and tokens of the section and of the file it names. @throws SpillwayError CONFIG_* */
export function knownUsers(config: GatewayConfig): {
  readonly users: readonly User[];
  readonly tokens: readonly Token[];
} {
  const file = config.usersFile;
  const more = file === undefined ? { users: [], tokens: [] } : loadYaml(file, UsersFile);
  const users = [...config.users, ...more.users];
  const twice = users.find(({ name }, index) => users.findIndex(other => other.name === name) < index);
  if (twice) throw new SpillwayError('CONFIG_INVALID', `gateway: there are two users called ${twice.name}`);
  return { users, tokens: [...config.tokens, ...more.tokens] };
}
