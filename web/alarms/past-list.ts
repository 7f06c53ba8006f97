import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { element } from '../dom.ts';
import { isoTime } from '../frame/format.ts';
import { Older } from './older.ts';
import type { Past } from './past.ts';
import { millis, STATE_WORDS } from './words.ts';

/** Of one alarm, what the page has seen of it until somebody asks for more. */
const FIRST = 50;

/** What happened to one alarm, the latest first. */
export class PastList {
  readonly element: HTMLElement;
  readonly #list = element('ol', { class: 'past' });
  readonly #older: Older;
  #past: Past | undefined;
  #shown: readonly AlarmChange[] | undefined;

  constructor() {
    this.#older = new Older(() => {
      if (!this.#past) return;
      void this.#past.load();
      this.#older.show(this.#past);
    });
    this.element = element('div', {}, element('h3', {}, 'What happened'), this.#list, this.#older.element);
  }

  /** @param seen what the page has seen itself */
  show(seen: readonly AlarmChange[], past: Past): void {
    this.#past = past;
    this.#older.show(past);
    const all = past.with(seen);
    if (all === this.#shown) return;
    this.#shown = all;
    this.#list.replaceChildren(...(all === seen ? all.slice(0, FIRST) : all).map(line));
  }
}

const line = ({ at, to, reason }: AlarmChange): HTMLElement =>
  element(
    'li',
    {},
    element('time', { datetime: new Date(millis(at)).toISOString() }, isoTime(millis(at))),
    element('b', {}, ` ${STATE_WORDS[to]} `),
    element('span', {}, reason),
  );
