import { element } from '../dom.ts';
import type { Api } from '../net/api.ts';
import { Preview } from './preview.ts';
import { matchersOf } from './words.ts';

const MOST_MATCHERS = 20;

/** What a silence fits, with what that would hide, and why it is made. */
export class SilenceFields {
  readonly what: readonly HTMLElement[];
  readonly why: readonly HTMLElement[];
  readonly #matchers: HTMLTextAreaElement;
  readonly #comment: HTMLInputElement;
  readonly #clears: HTMLInputElement;

  constructor(
    api: Pick<Api, 'previewSilence'>,
    matchers: readonly string[],
    comment: string,
    endWhenCleared: boolean,
  ) {
    const preview = new Preview(api);
    this.#matchers = element('textarea', {
      rows: 3,
      spellcheck: 'false',
      autocapitalize: 'off',
      autofocus: matchers.length === 0,
      'aria-describedby': 'matcher-help',
      oninput: () => preview.show(this.#list()),
    });
    this.#matchers.value = matchers.join('\n');
    this.#comment = element('input', {
      type: 'text',
      maxlength: 2000,
      autocomplete: 'off',
      autofocus: matchers.length > 0,
    });
    this.#comment.value = comment;
    this.#clears = element('input', { type: 'checkbox', checked: endWhenCleared });
    preview.show(this.#list(), 0);
    this.what = [
      element('label', {}, 'Alarms that fit', this.#matchers),
      element(
        'p',
        { class: 'faint help', id: 'matcher-help' },
        'One on each line, and all must fit: ',
        element('code', {}, 'area=~"beam/horn.*"'),
        ', ',
        element('code', {}, 'alarm="beam/horn/current"'),
        ', ',
        element('code', {}, 'severity!=MAJOR'),
        '; mode and the labels of the rule too.',
      ),
      preview.element,
    ];
    this.why = [
      element('label', {}, 'Why', this.#comment),
      element(
        'label',
        { class: 'check' },
        this.#clears,
        'End by itself when nothing that it hides is active any more',
      ),
    ];
  }

  missing(): string | undefined {
    if (this.#list().length === 0) return 'Say which alarms: at least one line, such as area="beam/horn".';
    if (this.#list().length > MOST_MATCHERS) return `At most ${MOST_MATCHERS} lines.`;
    if (this.#comment.value.trim() === '') return 'Say why: others will ask.';
    return undefined;
  }

  words(): { readonly matchers: string[]; readonly comment: string; readonly endWhenCleared: boolean } {
    return {
      matchers: this.#list(),
      comment: this.#comment.value.trim(),
      endWhenCleared: this.#clears.checked,
    };
  }

  #list(): string[] {
    return matchersOf(this.#matchers.value);
  }
}
