/** Reads ClickHouse's binary values one after the other. Throws RangeError at the end of the bytes. */
export class Cursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get ended(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Where the next `length` bytes begin. */
  skip(length: number): number {
    const begin = this.at;
    if (begin + length > this.bytes.length) throw new RangeError('the bytes end within a value');
    this.at = begin + length;
    return begin;
  }

  take(length: number): Buffer {
    const begin = this.skip(length);
    return this.bytes.subarray(begin, begin + length);
  }

  /** Unsigned LEB128. */
  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes.readUInt8(this.skip(1));
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.varint();
    const begin = this.skip(length);
    return this.bytes.toString('utf8', begin, begin + length);
  }

  /** A little-endian integer of so many bytes. */
  integer(length: number, signed: boolean): bigint {
    const bytes = this.take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
    return signed ? BigInt.asIntN(length * 8, value) : value;
  }
}
