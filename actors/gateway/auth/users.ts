import { createHash, randomBytes } from 'node:crypto';
import { hashPassword, isPassword } from '../../../runtime/auth/password.ts';
import type { User } from '../config.ts';
import type { Role } from './role.ts';

/** Somebody whose word has been checked; what a session is opened for. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** Changes with the password and the role, or the rules of the single sign-on: a session with another stamp is over. */
  readonly stamp: string;
  /** By which somebody who came from a provider signs out there too. */
  readonly idToken?: string | undefined;
}

/** The users of the configuration. */
export class Users {
  readonly #users: ReadonlyMap<string, User>;
  /** A hash that no password fits, so that unknown names take as long as known ones. */
  readonly #nobody = hashPassword(randomBytes(16).toString('hex'));

  constructor(users: readonly User[]) {
    this.#users = new Map(users.map(user => [user.name, user]));
    // Whoever signs in hears of it.
    this.#nobody.catch(() => {});
  }

  get size(): number {
    return this.#users.size;
  }

  /** Who it is, or undefined: whether the name or the password is wrong, nobody is told. */
  async signIn(name: string, password: string): Promise<Identity | undefined> {
    const user = this.#users.get(name);
    const good = await isPassword(password, user?.password ?? (await this.#nobody));
    return good && user ? identityOf(user) : undefined;
  }

  /** The identity of a name as the configuration has it now. */
  find(name: string): Identity | undefined {
    const user = this.#users.get(name);
    return user && identityOf(user);
  }
}

const identityOf = ({ name, role, password }: User): Identity => ({
  name,
  role,
  stamp: createHash('sha256').update(`${role}\n${password}`).digest('base64url').slice(0, 16),
});
