const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** Turns one grapheme of a text into what is sent for it; `before` and `after` are the text around it. */
export type Escape = (grapheme: string, before: string, after: string) => string;

const asItIs: Escape = grapheme => grapheme;

/**
 * As much of a text as fits, escaped; what is cut ends in `…`. Never cuts within what readers take for one character, nor
 * within an escape.
 * @param limit in UTF-16 units, which are never fewer than what the other side counts
 */
export function fit(text: string, limit: number, escape: Escape = asItIs): string {
  let kept = '';
  let room = '';
  let position = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    position = index + segment.length;
    const piece = escape(
      segment,
      text.slice(lineStart(text, index), index),
      text.slice(position, position + 2),
    );
    if (kept.length + piece.length > limit) return `${room}${limit > 0 ? ELLIPSIS : ''}`;
    kept += piece;
    if (kept.length + ELLIPSIS.length <= limit) room = kept;
  }
  return kept;
}

const lineStart = (text: string, index: number): number => text.lastIndexOf('\n', index - 1) + 1;
