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
    let index = start;
    // Eight at a time take two thirds of the time that one at a time takes.
    for (; index + 8 <= end; index += 8) {
      const a = bytes[index] as number;
      const b = bytes[index + 1] as number;
      const c = bytes[index + 2] as number;
      const d = bytes[index + 3] as number;
      const e = bytes[index + 4] as number;
      const f = bytes[index + 5] as number;
      const g = bytes[index + 6] as number;
      const h = bytes[index + 7] as number;
      high += 8 * (low + a) + (7 * b + 6 * c) + (5 * d + 4 * e) + (3 * f + 2 * g) + h;
      low += a + b + (c + d) + (e + f + (g + h));
    }
    for (; index < end; index++) {
      low += bytes[index] as number;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
