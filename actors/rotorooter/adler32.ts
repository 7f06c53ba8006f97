/** Largest prime below 2^16 (RFC 1950, section 8.2). */
const MODULUS = 65_521;
/** Most bytes whose sums stay below 2^32 before a reduction, as in zlib. */
const RUN = 5552;

/** Adler-32 of what came before (1 at the start) followed by `bytes`. node:zlib has CRC-32 only. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  for (let start = 0; start < bytes.length; start += RUN) {
    const end = Math.min(start + RUN, bytes.length);
    for (let index = start; index < end; index++) {
      low += bytes[index] as number;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
