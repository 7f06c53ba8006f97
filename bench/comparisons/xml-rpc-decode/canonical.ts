import { Digest } from '../../harness/digest.ts';

/**
 * Decoded values as one number that every language can compute alike: a digest of all values in document order.
 * A struct is `S`, the number of its members and these, each a name and a value; an array `A`, their number and the values; a
 * text `T`, its length and UTF-8 bytes; a whole number of whatever type `N` and the eight bytes of its double, any other number
 * `F` and the four bytes of its float: xmlrpc-c is off by some last bits of a double. Lengths have 32 bits; everything is
 * little-endian.
 */
export function canonical(value: unknown): string {
  const digest = new Digest();
  add(digest, value);
  return digest.toString();
}

function add(digest: Digest, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'bigint') number(digest, Number(value));
  else if (typeof value === 'string') text(digest, value);
  else if (Array.isArray(value)) {
    digest.text('A').uint32(value.length);
    for (const item of value) add(digest, item);
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    digest.text('S').uint32(members.length);
    for (const [name, member] of members) {
      text(digest, name);
      add(digest, member);
    }
  } else throw new TypeError(`a callback has no ${typeof value}`);
}

function number(digest: Digest, value: number): void {
  if (Number.isInteger(value)) digest.text('N').double(value);
  else digest.text('F').float(value);
}

function text(digest: Digest, value: string): void {
  digest.text('T').uint32(Buffer.byteLength(value)).text(value);
}
