import { join } from 'node:path';
import type { ServerFiles } from './certificates.ts';
import type { NatsUser } from './users.ts';

/** What nats-server includes. */
export const accessFile = (directory: string): string => join(directory, 'nats-access.conf');

/**
 * Users and TLS as nats-server reads them: its configuration language is a superset of JSON.
 * @param access `account`: where the users belong; the server's one account when left out
 */
export function renderAccess(access: {
  readonly users: readonly NatsUser[];
  readonly tls?: Pick<ServerFiles, 'cert' | 'key'> | undefined;
  readonly account?: string | undefined;
}): string {
  const { users, tls, account } = access;
  return `${JSON.stringify(
    {
      ...(account === undefined
        ? { authorization: { users } }
        : { accounts: { [account]: { jetstream: 'enabled', users } } }),
      ...(tls === undefined ? {} : { tls: { cert_file: tls.cert, key_file: tls.key, min_version: '1.2' } }),
    },
    undefined,
    2,
  )}\n`;
}
