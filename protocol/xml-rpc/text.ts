/** Anything that does not stand for itself; surrogates are sorted out by the slow path. */
const SPECIAL = /[^\t\n\u0020-%'-;=?-\ud7ff\ue000-\ufffd]/;
/** What XML 1.0 (section 2.2) has no way to write, not even as a character reference. */
const UNWRITABLE = /[^\t\n\r\u0020-\u{10ffff}]|[\ufffe\uffff]/u;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Only needed in `]]>`, but simpler to do always.
  '>': '&gt;',
  // A bare carriage return would arrive as a line feed (XML 1.0 section 2.11).
  '\r': '&#13;',
};

/** Text as XML element content, or undefined where XML cannot carry it. */
export function escapeText(text: string): string | undefined {
  if (!SPECIAL.test(text)) return text;
  if (UNWRITABLE.test(text) || !text.isWellFormed()) return undefined;
  return text.replaceAll(/[&<>\r]/g, character => ENTITIES[character] as string);
}
