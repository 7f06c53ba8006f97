import { join } from 'node:path';
import type { ServerFiles } from './certificates.ts';
import type { NatsUser } from './users.ts';

/** What nats-server includes. */
export const accessFile = (directory: string): string => join(directory, 'nats-access.conf');

/** A part of nats-server's configuration. */
export type AccessConfig = Readonly<Partial<Record<'authorization' | 'accounts' | 'tls', object>>>;

/**
 * Users and TLS as nats-server has them.
 * @param access `account`: where the users belong; the server's one account when left out
 */
export function accessConfig(access: {
  readonly users: readonly NatsUser[];
  readonly tls?: Pick<ServerFiles, 'cert' | 'key'> | undefined;
  readonly account?: string | undefined;
}): AccessConfig {
  const { users, tls, account } = access;
  return {
    ...(account === undefined
      ? { authorization: { users } }
      : { accounts: { [account]: { jetstream: 'enabled', users } } }),
    ...(tls === undefined ? {} : { tls: { cert_file: tls.cert, key_file: tls.key, min_version: '1.2' } }),
  };
}
