import { element } from '../dom.ts';
import { type Condition, Steady } from './conditions.ts';

export interface BannerOptions {
  readonly reload: () => void;
  readonly signIn: () => void;
}

/** One line for each thing that is wrong with what the page shows. */
export class Banners {
  readonly element = element('div', { class: 'banners', role: 'status' });
  readonly #steady = new Steady();
  readonly #options: BannerOptions;
  #shown = '';

  constructor(options: BannerOptions) {
    this.#options = options;
  }

  update(conditions: readonly Condition[], nowMs: number): void {
    const list = this.#steady.settle(conditions, nowMs);
    const shown = list.map(({ text }) => text).join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.replaceChildren(
      ...list.map(({ id, level, text, action }) =>
        element(
          'p',
          { class: `banner ${level}`, 'data-condition': id },
          element('span', {}, text),
          action === 'reload' &&
            element('button', { type: 'button', onclick: this.#options.reload }, 'Reload'),
          action === 'sign-in' &&
            element('button', { type: 'button', onclick: this.#options.signIn }, 'Sign in'),
        ),
      ),
    );
  }
}
