/** Values of a bank, in the machine's byte order: little-endian on every machine that Node.js 24 runs on with our packages. */
export type Elements =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

interface TypedArray {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Elements;
}

/** A bank's type id, the `TID_...` of `midas.h`. */
export type BankType = number;

/**
 * What each type id holds (`midas.h`, as in the MIDAS Python library). Ids that are not here, among them strings, structures and
 * whatever comes after 18, have elements of a size that nothing tells: they are bytes.
 */
export const TYPES: Readonly<Record<BankType, { readonly name: string; readonly array: TypedArray }>> = {
  1: { name: 'u8', array: Uint8Array },
  2: { name: 'i8', array: Int8Array },
  3: { name: 'char', array: Uint8Array },
  4: { name: 'u16', array: Uint16Array },
  5: { name: 'i16', array: Int16Array },
  6: { name: 'u32', array: Uint32Array },
  7: { name: 'i32', array: Int32Array },
  8: { name: 'bool', array: Uint32Array },
  9: { name: 'f32', array: Float32Array },
  10: { name: 'f64', array: Float64Array },
  11: { name: 'bitfield', array: Uint32Array },
  17: { name: 'i64', array: BigInt64Array },
  18: { name: 'u64', array: BigUint64Array },
};

/**
 * The bytes as elements of a type: a view where they are aligned in their buffer, else a copy.
 * @returns `null` when the bytes are no whole number of elements
 */
export function bankElements(type: BankType, bytes: Uint8Array): Elements | null {
  const Elements = TYPES[type]?.array ?? Uint8Array;
  const width = Elements.BYTES_PER_ELEMENT;
  if (bytes.byteLength % width !== 0) return null;
  // Not `slice`, which is a view where the bytes are a Buffer.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new Elements(aligned.buffer, aligned.byteOffset, bytes.byteLength / width);
}
