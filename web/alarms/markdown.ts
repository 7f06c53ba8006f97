/** The part of Markdown that guidance is written in: paragraphs, lists, bold, code, links. All else is text. */
export type Inline =
  | { readonly kind: 'text' | 'bold' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const INLINE =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^[\]\n]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()`*]+[^\s<>()`*.,;:!?])/g;

export function inlinesOf(text: string): Inline[] {
  const list: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, bold, label, url, address] = match;
    if (match.index > end) list.push({ kind: 'text', text: text.slice(end, match.index) });
    end = match.index + all.length;
    if (code !== undefined) list.push({ kind: 'code', text: code });
    else if (bold !== undefined) list.push({ kind: 'bold', text: bold });
    else if (label !== undefined) list.push({ kind: 'link', text: label, url: url ?? '' });
    else list.push({ kind: 'link', text: address ?? '', url: address ?? '' });
  }
  if (end < text.length) list.push({ kind: 'text', text: text.slice(end) });
  return list;
}

const ITEM = /^\s{0,3}(?:([-*])|\d{1,3}[.)])\s+(.*)$/;

/** Lines as they follow one another become blocks: an empty line ends one, an item begins a list or goes on with it. */
export function blocksOf(markdown: string): Block[] {
  const blocks: ({ ordered: boolean; items: string[] } | { lines: string[] })[] = [];
  let open = false;
  for (const line of markdown.split('\n')) {
    const [, bullet, words] = ITEM.exec(line) ?? [];
    const last = blocks.at(-1);
    if (words !== undefined) {
      const ordered = bullet === undefined;
      if (open && last && 'items' in last && last.ordered === ordered) last.items.push(words);
      else blocks.push({ ordered, items: [words] });
      open = true;
    } else if (line.trim() === '') {
      open = false;
    } else if (open && last) {
      if ('lines' in last) last.lines.push(line);
      else last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`);
    } else {
      blocks.push({ lines: [line.replace(/^#{1,6}\s+/, '')] });
      open = true;
    }
  }
  return blocks.map(block =>
    'items' in block
      ? { kind: 'list', ordered: block.ordered, items: block.items.map(inlinesOf) }
      : { kind: 'paragraph', content: inlinesOf(block.lines.join('\n')) },
  );
}
