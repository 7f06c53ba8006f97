import { element, setText } from '../dom.ts';
import type { Past, PastState } from './past.ts';

const WORDS: Readonly<Record<PastState, string>> = {
  nothing: '',
  loading: 'Loading …',
  some: '',
  all: 'That is all there is.',
  failed: '',
};

/** The end of a list of what happened: asks for older, and says when there is none or why it cannot be had. */
export class Older {
  readonly element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #words = element('span', { class: 'faint', role: 'status' });

  constructor(load: () => void) {
    this.#button = element('button', { type: 'button', onclick: load }, 'Show older');
    this.element = element('p', { class: 'older' }, this.#button, this.#words);
  }

  show({ state, problem }: Past): void {
    // It stays where it is while it works: whoever pressed it by a key presses it again.
    this.#button.hidden = state === 'all';
    this.#button.setAttribute('aria-disabled', String(state === 'loading'));
    setText(this.#button, state === 'failed' ? 'Try again' : 'Show older');
    setText(this.#words, state === 'failed' ? `There is no answer: ${problem}` : WORDS[state]);
  }
}
