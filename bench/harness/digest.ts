/**
 * FNV-1a, 64 bits: how answers are compared. Every language has it in four lines, also C without a library, see
 * `line_protocol.h` and `line_protocol.py`.
 */
export class Digest {
  #state = 0xcbf29ce484222325n;

  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#state = BigInt.asUintN(64, (this.#state ^ BigInt(byte)) * 0x100000001b3n);
    return this;
  }

  text(text: string): this {
    return this.bytes(Buffer.from(text));
  }

  uint32(value: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  float(value: number): this {
    return this.bytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  double(value: number): this {
    return this.bytes(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return this.#state.toString(16).padStart(16, '0');
  }
}
