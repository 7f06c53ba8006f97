import { InOut } from '../../protocol/subjects.ts';

/**
 * Writes rows in ClickHouse's RowBinary format: the columns of a row one after the other, little-endian, without any
 * frame. Compared with text it is a tenth of the work on either side, values arrive bit for bit (NaN too), and no text
 * is there to be misread. Source: ClickHouse reference, formats, RowBinary.
 *
 * The buffer grows as needed; `bytes` is valid until the writer is used again.
 */
export class RowWriter {
  #buffer: Buffer;
  #view: DataView;
  #at = 0;

  constructor(initialBytes = 64 * 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
    this.#view = viewOf(this.#buffer);
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  uint8(value: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = value;
  }

  uint16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  uint32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  int32(value: number): void {
    this.#room(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  /** UInt64 or Int64 from an integer within ±2^53; no bigint, which would cost an allocation. */
  int64(value: number): void {
    this.#room(8);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#view.setUint32(this.#at, value - high * 0x1_0000_0000, true);
    this.#view.setInt32(this.#at + 4, high, true);
    this.#at += 8;
  }

  /** DateTime64(9); nanoseconds since 1970 pass 2^53. */
  nanoseconds(seconds: number, nanoseconds: number): void {
    this.#room(8);
    this.#view.setBigInt64(this.#at, BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds), true);
    this.#at += 8;
  }

  float64(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** Seven digits of a value. */
  float32(value: number): void {
    this.#room(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  /** Array(Float64) */
  float64s(values: readonly number[]): void {
    this.count(values.length);
    this.#room(values.length * 8);
    for (const value of values) {
      this.#view.setFloat64(this.#at, value, true);
      this.#at += 8;
    }
  }

  /** Array(Int32) */
  int32s(values: ArrayLike<number>): void {
    const { length } = values;
    this.count(length);
    this.#room(length * 4);
    for (let index = 0; index < length; index++) {
      this.#view.setInt32(this.#at, values[index] as number, true);
      this.#at += 4;
    }
  }

  /** String, LowCardinality(String) */
  text(value: string): void {
    // UTF-8 takes at most three bytes per UTF-16 unit.
    const most = value.length * 3;
    if (most < 0x80) {
      // The length fits one byte whatever the text: write the text first, then its length before it.
      this.#room(most + 1);
      const written = this.#buffer.write(value, this.#at + 1, 'utf8');
      this.#buffer[this.#at] = written;
      this.#at += written + 1;
      return;
    }
    const bytes = Buffer.from(value, 'utf8');
    this.count(bytes.length);
    this.fixed(bytes);
  }

  /** FixedString, or anything else whose bytes are given. */
  fixed(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Length of what follows (array, map, string): unsigned LEB128. */
  count(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.uint8((rest % 0x80) | 0x80);
    this.uint8(rest);
  }

  /** Bool */
  bool(value: boolean): void {
    this.uint8(value ? 1 : 0);
  }

  /** Nullable(…): a byte that says whether there is none, then the value as `write` writes it. */
  nullable<Value>(value: Value | null | undefined, write: (value: Value) => void): void {
    const absent = value === undefined || value === null;
    this.bool(absent);
    if (!absent) write(value);
  }

  /** Array(…), each element as `write` writes it. */
  array<Value>(values: readonly Value[], write: (value: Value) => void): void {
    this.count(values.length);
    for (const value of values) write(value);
  }

  /** Array(String), Array(LowCardinality(String)) */
  texts(values: readonly string[]): void {
    this.array(values, value => this.text(value));
  }

  /** Map(String, String) */
  words(words: Readonly<Record<string, string>>): void {
    this.array(Object.entries(words), ([name, value]) => {
      this.text(name);
      this.text(value);
    });
  }

  /** Map(LowCardinality(String), UInt64) */
  counts(counts: Readonly<Record<string, number>>): void {
    this.array(Object.entries(counts), ([name, count]) => {
      this.text(name);
      this.int64(count);
    });
  }

  /** Enum8('in' = 1, 'out' = 2) */
  inOut(value: InOut): void {
    this.uint8(value === InOut.in ? 1 : 2);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    grown.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = grown;
    this.#view = viewOf(grown);
  }
}

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
