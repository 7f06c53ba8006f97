import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { SpillwayError } from '../../protocol/errors.ts';
import { keepSecret } from '../log.ts';

/** A user of NATS, and the public key that it is known by. */
export interface UserKey {
  readonly user: string;
  readonly publicKey: string;
  /** Whether it was made now. */
  readonly fresh: boolean;
}

/** Name of the file with a user's seed, as `nats --nkey FILE` reads it. */
export const seedFile = (user: string): string => `${user}.nk`;

/**
 * Makes a key for every user that has none in the directory, readable for its owner only; a seed that is there stays.
 * @throws SpillwayError CONFIG_INVALID when a file is there and no seed
 */
export async function ensureKeys(directory: string, users: readonly string[]): Promise<UserKey[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return Promise.all(users.map(user => ensureKey(join(directory, seedFile(user)), user)));
}

async function ensureKey(path: string, user: string): Promise<UserKey> {
  const made = createUser();
  const seed = Buffer.from(made.getSeed()).toString();
  try {
    await writeFile(path, `${seed}\n`, { mode: 0o600, flag: 'wx' });
    keepSecret(seed);
    return { user, publicKey: made.getPublicKey(), fresh: true };
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  await chmod(path, 0o600);
  return { user, publicKey: publicKeyOf(path, (await readFile(path, 'utf8')).trim()), fresh: false };
}

function publicKeyOf(path: string, seed: string): string {
  try {
    return fromSeed(Buffer.from(keepSecret(seed))).getPublicKey();
  } catch (cause) {
    throw new SpillwayError('CONFIG_INVALID', `${path} holds no nkey seed; it is left as it is`, { cause });
  }
}
