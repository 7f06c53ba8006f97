import type { XmlRpcValue } from '../../../protocol/xml-rpc/xml-rpc.ts';

/** A value or an element without elements in it, which stay on one line; any other tag. */
const PIECE = /<value><([\w.]+)>[^<]*<\/\1><\/value>|<([\w.]+)>[^<]*<\/\2>|<\/?[\w.]+>|<\?.*?\?>/g;

/** The same document as those send it who indent: a line for each value, two spaces for each level. */
export function indented(document: string): string {
  let depth = 0;
  return document.replaceAll(/\s+(?=<)/g, '').replaceAll(PIECE, tag => {
    if (tag.startsWith('</')) depth--;
    const line = `${' '.repeat(2 * depth)}${tag}\n`;
    if (/^<\w+>$/.test(tag)) depth++;
    return line;
  });
}

/** The same values but that each double has all of its 16 or 17 digits, as those of an arithmetic have. */
export function withAllDigits(value: XmlRpcValue): XmlRpcValue {
  if (value instanceof Float64Array) return value.map(number => number * (1 + Math.PI * 1e-7));
  if (Array.isArray(value)) return value.map(withAllDigits);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withAllDigits(member)]));
}
