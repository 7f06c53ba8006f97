import type { UserKey } from './keys.ts';
import { type Declared, operatorPermissions, type Permissions, permissions } from './permissions.ts';
import { OPERATOR } from './user.ts';

/** A user as nats-server's configuration has it. */
export interface NatsUser {
  readonly nkey: string;
  readonly permissions: Permissions;
}

/** Names of all users of an experiment. */
export const userNames = (actors: readonly Declared[]): string[] => [
  OPERATOR,
  ...actors.map(({ name }) => name),
];

/** Every user that has a key, with its rights. */
export const natsUsers = (
  actors: readonly Declared[],
  experiment: string,
  keys: readonly UserKey[],
): NatsUser[] =>
  [
    [OPERATOR, operatorPermissions(experiment)] as const,
    ...actors.map(actor => [actor.name, permissions(actor, actors, experiment)] as const),
  ].flatMap(([name, rights]) => {
    const key = keys.find(({ user }) => user === name);
    return key ? [{ nkey: key.publicKey, permissions: rights }] : [];
  });
