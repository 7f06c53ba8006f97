import { COSTS } from './costs.ts';

/** The table of costs as Markdown. */
export const costTable = (): string =>
  [
    '| cost | | | from |',
    '|---|---:|---|---|',
    ...Object.entries(COSTS).map(
      ([name, { value, unit, source }]) =>
        `| ${name} | ${value.toLocaleString('en')} | ${unit} | ${source} |`,
    ),
  ].join('\n');

/** A block of text as it was printed. */
export const printed = (text: string): string => `\`\`\`\n${text.trimEnd()}\n\`\`\``;

/**
 * A document with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced.
 * @throws RangeError where there is no such place
 */
export function withBlock(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`the document has no place called ${name}`);
  return document.slice(0, from + begin.length) + content + document.slice(to);
}
