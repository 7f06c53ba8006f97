/**
 * Decoded values as one number that every language can compute alike: FNV-1a, 64 bits, over all values in document order.
 * A struct is `S`, the number of its members and these, each a name and a value; an array `A`, their number and the values; a
 * text `T`, its length and UTF-8 bytes; a whole number of whatever type `N` and the eight bytes of its double, any other number
 * `F` and the four bytes of its float: xmlrpc-c is off by some last bits of a double. Lengths have 32 bits; everything is
 * little-endian.
 */
export function canonical(value: unknown): string {
  const digest = new Fnv();
  add(digest, value);
  return digest.text();
}

function add(digest: Fnv, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'bigint') number(digest, Number(value));
  else if (typeof value === 'string') text(digest, value);
  else if (Array.isArray(value)) {
    digest.tag('A').length(value.length);
    for (const item of value) add(digest, item);
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    digest.tag('S').length(members.length);
    for (const [name, member] of members) {
      text(digest, name);
      add(digest, member);
    }
  } else throw new TypeError(`a callback has no ${typeof value}`);
}

function number(digest: Fnv, value: number): void {
  if (Number.isInteger(value)) digest.tag('N').bytes(new Uint8Array(Float64Array.of(value).buffer));
  else digest.tag('F').bytes(new Uint8Array(Float32Array.of(value).buffer));
}

function text(digest: Fnv, value: string): void {
  const bytes = Buffer.from(value);
  digest.tag('T').length(bytes.length).bytes(bytes);
}

class Fnv {
  #state = 0xcbf29ce484222325n;

  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#state = BigInt.asUintN(64, (this.#state ^ BigInt(byte)) * 0x100000001b3n);
    return this;
  }

  tag(letter: string): this {
    return this.bytes(Buffer.from(letter));
  }

  length(length: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(length).buffer));
  }

  text(): string {
    return this.#state.toString(16).padStart(16, '0');
  }
}
