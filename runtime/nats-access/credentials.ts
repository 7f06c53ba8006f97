import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ConnectionOptions,
  type TlsOptions as NatsTls,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import { keepSecret } from '../log.ts';
import { seedFile } from './keys.ts';
import { inboxPrefix } from './user.ts';

/** Files of TLS, all in PEM. */
export interface TlsFiles {
  /** Certificates of authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Name to expect in the server's certificate, where it is not that of the address. */
  readonly serverName?: string | undefined;
  /** Whether TLS begins before NATS says a word, as servers with `handshake_first` want it. */
  readonly handshakeFirst?: boolean | undefined;
}

/** How a process shows NATS who it is. */
export interface Credentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  /** Directory with a seed per user, as `spillway auth init` makes it. */
  readonly nkeys?: string | undefined;
  readonly nkeySeed?: string | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** Whether each user has rights of its own, so that one that is no operator makes no streams. */
export const isGuarded = ({ nkeys, nkeySeed }: Credentials): boolean =>
  nkeys !== undefined || nkeySeed !== undefined;

/**
 * What the client must be told.
 * @param as the user: an actor, or the operator
 * @throws SpillwayError CONFIG_INVALID when there is no key for this user
 */
export function connectionOptions(
  credentials: Credentials,
  experiment: string,
  as: string,
): Partial<ConnectionOptions> {
  const { user, password, token, tls } = credentials;
  const seed = seedOf(credentials, as);
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(seed === undefined
      ? {}
      : { authenticator: nkeyAuthenticator(Buffer.from(seed)), inboxPrefix: inboxPrefix(experiment, as) }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
  };
}

function seedOf({ nkeys, nkeySeed }: Credentials, as: string): string | undefined {
  if (nkeySeed !== undefined) return keepSecret(nkeySeed);
  if (nkeys === undefined) return undefined;
  const path = join(nkeys, seedFile(as));
  try {
    return keepSecret(readFileSync(path, 'utf8').trim());
  } catch (cause) {
    throw new SpillwayError(
      'CONFIG_INVALID',
      `nats.nkeys: the key of ${as} cannot be read from ${path}; \`spillway auth init\` makes one`,
      { cause },
    );
  }
}

const tlsOptions = ({ ca, cert, key, serverName, handshakeFirst }: TlsFiles): NatsTls => ({
  ...(ca === undefined ? {} : { caFile: ca }),
  ...(cert === undefined ? {} : { certFile: cert }),
  ...(key === undefined ? {} : { keyFile: key }),
  // The client hands on to Node what it does not know itself.
  ...(serverName === undefined ? {} : { servername: serverName }),
  ...(handshakeFirst === undefined ? {} : { handshakeFirst }),
});
