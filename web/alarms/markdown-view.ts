import { element, safeLink } from '../dom.ts';
import { type Block, blocksOf, type Inline } from './markdown.ts';

/** Guidance as elements. Whatever is written in it stays text: nothing is parsed as HTML, and links are those of `safeLink`. */
export const markdown = (text: string): HTMLElement =>
  element('div', { class: 'prose' }, ...blocksOf(text).map(block));

const block = (one: Block): HTMLElement =>
  one.kind === 'paragraph'
    ? element('p', {}, ...one.content.map(inline))
    : element(
        one.ordered ? 'ol' : 'ul',
        {},
        ...one.items.map(item => element('li', {}, ...item.map(inline))),
      );

function inline(one: Inline): Node | string {
  if (one.kind === 'text') return one.text;
  if (one.kind !== 'link') return element(one.kind === 'bold' ? 'strong' : 'code', {}, one.text);
  const url = safeLink(one.url);
  if (url === undefined) return `${one.text} (${one.url})`;
  const elsewhere = url.startsWith('http') ? { target: '_blank', rel: 'noreferrer noopener' } : {};
  return element('a', { href: url, ...elsewhere }, one.text);
}
