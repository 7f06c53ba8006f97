import { element } from '../dom.ts';

/** Rows kept above and below those that can be seen. */
const SPARE = 8;

export interface WindowListOptions<Item> {
  readonly label: string;
  readonly key: (item: Item) => string;
  /** Equal for rows that look the same: those are not made again. */
  readonly looks: (item: Item) => string;
  readonly row: (item: Item) => HTMLElement;
}

/** A list of any length, of which only the rows that can be seen exist. Rows are as high as `--row-height` says. */
export class WindowList<Item> {
  readonly element: HTMLElement;
  readonly #options: WindowListOptions<Item>;
  readonly #inside = element('div', { class: 'inside', role: 'presentation' });
  readonly #sizes = new ResizeObserver(() => this.#draw());
  #rows = new Map<string, { looks: string; row: HTMLElement }>();
  #items: readonly Item[] = [];

  constructor(options: WindowListOptions<Item>) {
    this.#options = options;
    this.element = element(
      'div',
      {
        class: 'window-list',
        role: 'listbox',
        tabindex: 0,
        'aria-multiselectable': 'true',
        'aria-label': options.label,
      },
      this.#inside,
    );
    this.element.addEventListener('scroll', () => this.#draw(), { passive: true });
    this.#sizes.observe(this.element);
  }

  show(items: readonly Item[]): void {
    this.#items = items;
    this.#draw();
  }

  /** Brings a row into view, and tells readers of the screen that it is the one. */
  reveal(index: number): void {
    const height = this.#rowHeight();
    const { scrollTop, clientHeight } = this.element;
    if (index * height < scrollTop) this.element.scrollTop = index * height;
    else if ((index + 1) * height > scrollTop + clientHeight)
      this.element.scrollTop = (index + 1) * height - clientHeight;
    this.#draw();
    const item = this.#items[index];
    const row = item && this.#rows.get(this.#options.key(item))?.row;
    if (row) this.element.setAttribute('aria-activedescendant', row.id);
  }

  destroy(): void {
    this.#sizes.disconnect();
  }

  #rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 44;
  }

  #draw(): void {
    const { key, looks, row } = this.#options;
    const height = this.#rowHeight();
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - SPARE);
    const count = Math.ceil(this.element.clientHeight / height) + 2 * SPARE;
    const shown = this.#items.slice(first, first + count);
    this.#inside.style.height = `${this.#items.length * height}px`;
    const rows = new Map<string, { looks: string; row: HTMLElement }>();
    for (const [index, item] of shown.entries()) {
      const name = key(item);
      const known = this.#rows.get(name);
      const look = looks(item);
      const made = known?.looks === look ? known : { looks: look, row: row(item) };
      made.row.style.top = `${(first + index) * height}px`;
      made.row.id = `row-${encodeURIComponent(name)}`;
      made.row.setAttribute('aria-posinset', String(first + index + 1));
      made.row.setAttribute('aria-setsize', String(this.#items.length));
      rows.set(name, made);
    }
    for (const [name, { row }] of this.#rows) if (rows.get(name)?.row !== row) row.remove();
    for (const [index, { row }] of [...rows.values()].entries())
      if (this.#inside.children[index] !== row)
        this.#inside.insertBefore(row, this.#inside.children[index] ?? null);
    this.#rows = rows;
  }
}
