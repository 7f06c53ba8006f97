import { element } from '../dom.ts';

const SHOWN_MS = 5000;

/** Short words about what has just happened, which go by themselves. */
export class Toasts {
  readonly element = element('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

  say(text: string, className = ''): void {
    const made = element('p', { class: className }, text);
    this.element.append(made);
    setTimeout(() => made.remove(), SHOWN_MS);
  }
}
