import type { Severity } from '../../protocol/alarm/severity.ts';
import { outlineOf, severityClass } from '../alarms/shape.ts';

const SIZE = 32;

/** Shows the worst severity that nobody has acknowledged in the title and icon of the browser's tab. */
export class TabIcon {
  readonly #canvas = document.createElement('canvas');
  readonly #link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  #drawn = '';

  show(worst: Severity, count: number, page: string, experiment: string): void {
    const words = [page, experiment, 'Spillway'].filter(Boolean).join(' · ');
    const title = count > 0 ? `(${count}) ${worst} · ${words}` : words;
    if (document.title !== title) document.title = title;
    if (this.#drawn === worst) return;
    this.#drawn = worst;
    this.#canvas.width = this.#canvas.height = SIZE;
    const pen = this.#canvas.getContext('2d');
    if (!pen || !this.#link) return;
    pen.scale(SIZE / 16, SIZE / 16);
    pen.fillStyle = getComputedStyle(document.documentElement)
      .getPropertyValue(`--${severityClass(worst)}`)
      .trim();
    pen.fill(outlineOf(worst));
    this.#link.href = this.#canvas.toDataURL();
  }
}
