/** A tag as bytes, four at a time. */
export interface Tag {
  readonly length: number;
  /** All of its words that are whole. */
  readonly words: Int32Array;
  /** Its last four bytes. */
  readonly tail: number;
}

/** @param text of four characters or more, all ASCII */
export function tag(text: string): Tag {
  const bytes = Buffer.from(text, 'latin1');
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readInt32LE(index * 4));
  return {
    length: bytes.length,
    words,
    tail: bytes.readInt32LE(bytes.length - 4),
  };
}
