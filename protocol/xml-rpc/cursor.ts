import type { Piece } from './piece.ts';
import type { Tag } from './tag.ts';

const [TAB, LF, CR, SPACE, SLASH, LESS] = [0x09, 0x0a, 0x0d, 0x20, 0x2f, 0x3c];
const FOUR_SPACES = 0x2020_2020;

/** A place in a piece of a document, and what stands there. */
export class Cursor {
  at: number;
  /** Ends of lines passed, and where the last line began, or -1. */
  lines = 0;
  lineStart = -1;
  readonly piece: Piece;
  readonly bytes: Buffer;
  readonly #view: DataView;

  constructor(piece: Piece, at: number) {
    const { bytes } = piece;
    this.piece = piece;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** Goes past this tag, if it is here. */
  skip({ length, words, tail }: Tag): boolean {
    const { at } = this;
    const view = this.#view;
    if (at + length > this.bytes.length || view.getInt32(at + length - 4, true) !== tail) return false;
    for (let index = 0; index < words.length; index++) {
      if (view.getInt32(at + index * 4, true) !== words[index]) return false;
    }
    this.at = at + length;
    return true;
  }

  /** Goes past spaces, tabs and ends of lines. A carriage return alone, which XML reads as a line feed, is none. */
  space(): void {
    const { bytes } = this;
    const view = this.#view;
    const lastFour = bytes.length - 4;
    let { at } = this;
    for (;;) {
      const code = bytes[at];
      if (code === SPACE) at += at <= lastFour && view.getInt32(at, true) === FOUR_SPACES ? 4 : 1;
      else if (code === LF) {
        at++;
        this.lines++;
        this.lineStart = at;
      } else if (code === TAB || (code === CR && bytes[at + 1] === LF)) at++;
      else break;
    }
    this.at = at;
  }

  /** Whether a tag begins here. */
  atTag(): boolean {
    return this.bytes[this.at] === LESS;
  }

  /** Where the next tag begins: here or behind it. The end of the piece where none does. */
  nextTag(): number {
    const { bytes } = this;
    let { at } = this;
    while (at < bytes.length && bytes[at] !== LESS) at++;
    return at;
  }

  /** Whether an element ends here, of which the first character was looked at. */
  atEnd(): boolean {
    return this.bytes[this.at + 1] === SLASH;
  }
}
