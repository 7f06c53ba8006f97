/** A tag behind which the next value of an array may stand, by where it is in a piece. */
export interface BeforeValue {
  readonly from: number;
  readonly end: number;
}

/**
 * What has come of a document, to be looked at byte by byte and to be taken as text. Both have the same indices: there is one byte for each
 * UTF-16 unit, its character where that is ASCII.
 */
export class Piece {
  /** Anything that is not ASCII is `STRANGE`. */
  readonly bytes: Buffer;
  readonly #text: string | undefined;
  #data = -1;
  #value = -1;

  private constructor(bytes: Buffer, text?: string) {
    this.bytes = bytes;
    this.#text = text;
  }

  /** Of bytes that are ASCII. No string is made of those that nobody asks for. */
  static ofAscii(bytes: Uint8Array): Piece {
    return new Piece(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  static ofText(text: string): Piece {
    return new Piece(Buffer.from(text.replaceAll(NOT_ASCII, String.fromCharCode(STRANGE)), 'latin1'), text);
  }

  text(from: number, end: number): string {
    return this.#text === undefined ? this.bytes.toString('latin1', from, end) : this.#text.slice(from, end);
  }

  /** The next tag from `at` on. Not to be asked for an earlier one than before. */
  beforeValue(at: number): BeforeValue | undefined {
    this.#data = this.#next(DATA, this.#data, at);
    this.#value = this.#next(END_OF_VALUE, this.#value, at);
    const from = Math.min(this.#data, this.#value);
    if (from === this.bytes.length) return undefined;
    return {
      from,
      end: from + (from === this.#data ? DATA : END_OF_VALUE).length,
    };
  }

  /** Where the tag stands; found once, however often it is asked for. The length where there is none. */
  #next(tag: string, known: number, at: number): number {
    if (known >= at) return known;
    const found = this.bytes.indexOf(tag, at, 'latin1');
    return found < 0 ? this.bytes.length : found;
  }
}

/** Stands for a character that is not ASCII: one that XML cannot have, so that nothing takes it for anything else. */
export const STRANGE = 1;

// oxlint-disable-next-line no-control-regex -- every character but ASCII
const NOT_ASCII = /[^\0-\x7f]/g;
const DATA = '<data>';
const END_OF_VALUE = '</value>';
