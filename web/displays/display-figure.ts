import type { DisplayCaption } from '../../protocol/live.ts';
import { element, setText } from '../dom.ts';
import { ago, isoTime } from '../frame/format.ts';

export interface FigureOptions {
  /** @param by pictures further back; negative: forward */
  readonly leaf: (by: number) => void;
  /** Somebody wants to see it larger; left out where it is as large as it can be. */
  readonly enlarge?: () => void;
}

/** A picture with what it shows, and the way to those before it. */
export class DisplayFigure {
  readonly element: HTMLElement;
  readonly #image = element('img', { alt: '' });
  readonly #title = element('span', {});
  readonly #place = element('span', { class: 'faint' });
  readonly #older: HTMLButtonElement;
  readonly #newer: HTMLButtonElement;

  constructor({ leaf, enlarge }: FigureOptions) {
    const button = (label: string, sign: string, by: number) =>
      element(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': label, onclick: () => leaf(by) },
        sign,
      );
    this.#older = button('Older picture', '◀', 1);
    this.#newer = button('Newer picture', '▶', -1);
    const shown = enlarge
      ? element(
          'button',
          { type: 'button', class: 'enlarge', title: 'Enlarge', onclick: enlarge },
          this.#image,
        )
      : this.#image;
    this.element = element(
      'figure',
      { class: 'display', onkeydown: event => this.#key(event as KeyboardEvent, leaf) },
      shown,
      element('figcaption', {}, this.#older, this.#title, this.#place, this.#newer),
    );
    this.#image.addEventListener('error', () => this.element.classList.add('lost'));
    this.#image.addEventListener('load', () => this.element.classList.remove('lost'));
  }

  /** @param place 0 for the newest of `count` */
  show(caption: DisplayCaption, place: number, count: number, nowMs: number): void {
    const { url, text, width, height, run, serial, copy, time, storedAt } = caption;
    if (this.#image.getAttribute('src') !== url) {
      this.#image.width = width;
      this.#image.height = height;
      // The one before stays until this one is there.
      this.#image.src = url;
      this.#image.alt = text;
    }
    const event = copy === 0 ? `event ${serial}` : `event ${serial}, copy ${copy}`;
    setText(this.#title, `run ${run}, ${event}, ${isoTime(time.seconds * 1000).slice(11)} UTC`);
    setText(this.#place, place === 0 ? ago(storedAt, nowMs) : `${place} back`);
    this.#older.disabled = place >= count - 1;
    this.#newer.disabled = place === 0;
  }

  #key(event: KeyboardEvent, leaf: (by: number) => void): void {
    const by = { ArrowLeft: 1, ArrowRight: -1, Home: Infinity, End: -Infinity }[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    leaf(by);
  }
}
