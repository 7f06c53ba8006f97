const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ELLIPSIS = '…';

/**
 * Turns one character (code point) of a text into what is sent for it; `before` is the line up to it, `after` are the two
 * units behind it. Of characters and not of graphemes, since a mark with an accent on it is still a mark to a machine.
 */
export type Escape = (character: string, before: string, after: string) => string;

const asItIs: Escape = character => character;

/**
 * As much of a text as fits, escaped; what is cut ends in `…`. Never cuts within what readers take for one character, nor
 * within an escape.
 * @param limit in UTF-16 units, which are never fewer than what the other side counts
 */
export function fit(text: string, limit: number, escape: Escape = asItIs): string {
  let kept = '';
  let room = '';
  let lineStart = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    let start = index;
    let piece = '';
    for (const character of segment) {
      const end = start + character.length;
      piece += escape(character, text.slice(lineStart, start), text.slice(end, end + 2));
      if (character === '\n') lineStart = end;
      start = end;
    }
    if (kept.length + piece.length > limit) return `${room}${limit > 0 ? ELLIPSIS : ''}`;
    kept += piece;
    if (kept.length + ELLIPSIS.length <= limit) room = kept;
  }
  return kept;
}
