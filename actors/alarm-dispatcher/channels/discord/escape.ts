import { clean, cleanLine } from '../text/clean.ts';
import { type Escape, fit } from '../text/fit.ts';

const MARKDOWN = new Set('\\*_~`|[]<>');

/** Discord's markdown: what has a meaning anywhere, at the start of a line, or as the start of an address. */
const escape: Escape = (character, before, after) => {
  // No setting of ours ends a mention; a space that nobody sees, within it, does.
  if (character === '@') return '@\u200B';
  if (MARKDOWN.has(character)) return `\\${character}`;
  if (character === ':' && after === '//') return '\\:';
  if ('#-+'.includes(character) && before.trim() === '') return `\\${character}`;
  if ((character === '.' || character === ')') && /^\s*\d+$/.test(before)) return `\\${character}`;
  return character;
};

/** Untrusted text that is shown as it is: no markdown, no mention, no link comes of it. */
export const plain = (text: string, limit: number): string => fit(clean(text).trim(), limit, escape);
/** The same on one line. */
export const plainLine = (text: string, limit: number): string => fit(cleanLine(text), limit, escape);
/** For places where Discord knows no markdown: names of authors, footers, buttons. */
export const literal = (text: string, limit: number): string => fit(cleanLine(text), limit);

/** Markdown by the authors of the rules: what it looks like is theirs to say, but it calls nobody. */
export const guidance = (text: string, limit: number): string =>
  fit(clean(text).trim(), limit, (character, _, after) => {
    if (character === '@') return '@\u200B';
    return character === '<' && /^[#:/a-z]/i.test(after) ? '\\<' : character;
  });

/** `[text](address)`; the text is ours. */
export const linkTo = (text: string, address: string): string =>
  `[${text}](${address.replaceAll('(', '%28').replaceAll(')', '%29')})`;
