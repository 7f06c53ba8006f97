/**
 * What turns or hides text: controls but the line feed, bidirectional controls, invisible characters, tags. Selectors of a
 * variant and joiners stay, since pictures are made with them.
 */
const UNSEEN =
  /(?![\n\u200D\p{Variation_Selector}])[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
/** A joiner has a use between pictures only, where it makes one of several. */
const LOOSE_JOINER =
  /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Variation_Selector})\u200D|\u200D(?!\p{Extended_Pictographic})/gu;

/**
 * Text from anywhere, without what a reader cannot see: what is left is what it looks like. Line breaks stay; half
 * characters become U+FFFD.
 */
export const clean = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(UNSEEN, '')
    .replaceAll(LOOSE_JOINER, '');

/** The same on one line, for titles and names. */
export const cleanLine = (text: string): string => clean(text).replaceAll(/\s+/g, ' ').trim();
