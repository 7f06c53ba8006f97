import { badge } from '../alarms/shape.ts';
import { STATE_WORDS, shownSeverity } from '../alarms/words.ts';
import { element } from '../dom.ts';
import { ApiError, type SilencePreview } from '../net/answers.ts';
import type { Api } from '../net/api.ts';
import { alarms } from './words.ts';

/** After the last key. */
const WAIT_MS = 300;

/** What matchers would hide, asked for while somebody writes them. */
export class Preview {
  readonly element = element('div', { class: 'preview', role: 'status' });
  readonly #api: Pick<Api, 'previewSilence'>;
  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<Api, 'previewSilence'>) {
    this.#api = api;
  }

  /** @param matchers as they stand there now */
  show(matchers: readonly string[], waitMs = WAIT_MS): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    if (matchers.length === 0) return this.#say('It hides nothing yet: write what it must fit.');
    this.#timer = setTimeout(() => void this.#ask(matchers, signal), waitMs);
  }

  async #ask(matchers: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      this.#tell(await this.#api.previewSilence(matchers, signal));
    } catch (thrown) {
      if (signal.aborted) return;
      this.#say(thrown instanceof ApiError ? thrown.message : 'The gateway could not be reached.', 'problem');
    }
  }

  #tell({ known, active, alarms: named }: SilencePreview): void {
    if (known === 0)
      return this.#say('It fits no alarm that has ever been heard of: is it spelt right?', 'warning');
    const more = active - named.length;
    this.element.replaceChildren(
      element(
        'p',
        {},
        element('b', {}, active === 0 ? 'Hides nothing now' : `Hides ${alarms(active)} now`),
        `; it fits ${alarms(known)} in all, also when they come later.`,
      ),
      element(
        'ul',
        {},
        ...named.map(one =>
          element(
            'li',
            {},
            badge(shownSeverity(one), one.to === 'unacknowledged'),
            element('span', {}, one.title),
            element('small', {}, `${one.alarm} · ${STATE_WORDS[one.to]}`),
          ),
        ),
        more > 0 && element('li', { class: 'faint' }, `and ${more} more`),
      ),
    );
  }

  #say(text: string, className = 'faint'): void {
    this.element.replaceChildren(element('p', { class: className }, text));
  }
}
