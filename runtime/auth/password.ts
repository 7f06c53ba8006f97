import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { SpillwayError } from '../../protocol/errors.ts';

/** Cost of a hash: `ln` is the binary logarithm of N. */
interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet, scrypt: N = 2^15, r = 8, p = 3, which needs 32 MiB. */
const COST: Cost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** A hash in the PHC string format: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding. */
export const PASSWORD_HASH =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{43})$/;

export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`;
}

/** Verifications under way: each takes 32 MiB and a core, and strangers can ask for them. */
let underWay = 0;
const MOST_UNDER_WAY = 4;

/**
 * Whether the password is the one of the hash.
 * @throws SpillwayError RATE_EXCEEDED when too many are being checked at once.
 */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = '', key = ''] = PASSWORD_HASH.exec(hash) ?? [];
  if (ln === undefined) return false;
  if (underWay >= MOST_UNDER_WAY)
    throw new SpillwayError('RATE_EXCEEDED', 'too many sign-ins at once; try again in a second');
  underWay++;
  try {
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    const derived = await derive(password, Buffer.from(salt, 'base64'), cost);
    return timingSafeEqual(derived, Buffer.from(key, 'base64'));
  } finally {
    underWay--;
  }
}

/** Two spellings of one letter (é, e + accent) are one password (RFC 8265, OpaqueString). */
const derive = (password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
