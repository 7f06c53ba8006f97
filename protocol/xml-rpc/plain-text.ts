import type { Cursor } from './cursor.ts';
import { STRANGE } from './piece.ts';

/** Text that stands for itself and that a line of has one end: no references, no `]]>`, no ends of lines, no surrogates. */
const PLAIN_TEXT = /^[\x20-%'-;=-\\^-\ud7ff]*$/;
/** The same of single bytes. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(code === STRANGE || (code < 0x80 && PLAIN_TEXT.test(String.fromCharCode(code)))),
);
const LESS = 0x3c;

/** Most of the short texts came before: names of members and devices, units. To compare one takes a fifth of the time that making it would. */
const SHORT = 24;
const PLACES = 1024;
/** Bits of a word beyond those of a place. */
const BEYOND_PLACE = 32 - Math.log2(PLACES);
/** Each in the place that its characters give; the later of two takes it from the earlier. */
const known = Array.from({ length: PLACES }, () => '');

/** The text at the cursor up to the next tag, or undefined where it is not plain, not whole or longer than `most`. */
export function plainText(cursor: Cursor, most: number): string | undefined {
  const { bytes, at: from } = cursor;
  let at = from;
  let hash = 0;
  let strange = 0;
  for (; PLAIN[bytes[at] as number] === 1; at++) {
    const code = bytes[at] as number;
    hash = (Math.imul(hash, 31) + code) | 0;
    if (code === STRANGE) strange++;
  }
  if (bytes[at] !== LESS || at - from > most) return undefined;
  cursor.at = at;
  if (strange > 0) {
    const text = cursor.piece.text(from, at);
    return PLAIN_TEXT.test(text) ? text : undefined;
  }
  if (at - from > SHORT) return bytes.toString('latin1', from, at);
  const place = Math.imul(hash, 0x9e37_79b1) >>> BEYOND_PLACE;
  const before = known[place] as string;
  if (isText(before, bytes, from, at)) return before;
  // Of its bytes and not of the piece's text: that might be kept whole for a slice of it.
  const text = bytes.toString('latin1', from, at);
  known[place] = text;
  return text;
}

function isText(text: string, bytes: Uint8Array, from: number, end: number): boolean {
  if (text.length !== end - from) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[from + index]) return false;
  }
  return true;
}
