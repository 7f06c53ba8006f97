import { Severity } from '../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { element, setText } from '../dom.ts';
import { type AlarmBook, TABS, type Tab } from './alarm-book.ts';
import { areasOf, type Filter, NO_FILTER } from './filter.ts';

const TAB_WORDS: Readonly<Record<Tab, string>> = {
  active: 'Active',
  acknowledged: 'Acknowledged',
  shelved: 'Put aside',
  history: 'History',
};

export interface FilterBarOptions {
  readonly tab: (tab: Tab) => void;
  readonly changed: () => void;
  /** Acknowledge what is selected. */
  readonly act: () => void;
  readonly clear: () => void;
}

/** Tabs, filter, and what can be done with several alarms at once. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #text: HTMLInputElement;
  readonly #severity: HTMLSelectElement;
  readonly #area: HTMLSelectElement;
  readonly #count = element('span', { class: 'faint', 'aria-live': 'polite' });
  readonly #selected = element('span', { class: 'selected', hidden: true });
  readonly #chosen = element('b');
  readonly #tabs: ReadonlyMap<Tab, { readonly button: HTMLElement; readonly count: HTMLElement }>;
  #areas = '';
  #listed: readonly AlarmChange[] = [];

  constructor({ tab, changed, act, clear }: FilterBarOptions) {
    this.#text = element('input', {
      type: 'search',
      placeholder: 'Filter (/)',
      'aria-label': 'Filter by text',
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: changed,
    });
    this.#severity = element(
      'select',
      { 'aria-label': 'Severity', onchange: changed },
      element('option', { value: '' }, 'any severity'),
      ...[Severity.invalid, Severity.major, Severity.minor].map(value => element('option', { value }, value)),
    );
    this.#area = element('select', {
      'aria-label': 'Area',
      onchange: changed,
      // Made when somebody reaches for it: with every alarm it would cost more than all else.
      onpointerdown: () => this.#offer(),
      onfocus: () => this.#offer(),
    });
    this.#tabs = new Map(
      TABS.map(name => {
        const count = element('small');
        const button = element(
          'button',
          { type: 'button', role: 'tab', onclick: () => tab(name) },
          `${TAB_WORDS[name]} `,
          count,
        );
        return [name, { button, count }];
      }),
    );
    this.#selected.append(
      this.#chosen,
      element('button', { type: 'button', class: 'primary', onclick: act }, 'Acknowledge'),
      element('button', { type: 'button', onclick: clear }, 'Clear'),
    );
    this.element = element(
      'div',
      { class: 'bar' },
      element(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': 'Lists' },
        ...[...this.#tabs.values()].map(({ button }) => button),
      ),
      this.#selected,
      element('div', { class: 'filter' }, this.#text, this.#severity, this.#area, this.#count),
    );
  }

  get filter(): Filter {
    return {
      ...NO_FILTER,
      text: this.#text.value,
      severity: this.#severity.value as Filter['severity'],
      area: this.#area.value,
    };
  }

  focus(): void {
    this.#text.focus();
    this.#text.select();
  }

  /** @param listed what the tab has, of which so many fit the filter */
  update(book: AlarmBook, tab: Tab, listed: readonly AlarmChange[], shown: number, selected: number): void {
    for (const [name, { button, count }] of this.#tabs) {
      button.setAttribute('aria-selected', String(name === tab));
      if (name !== 'history') setText(count, String(book.count(name)));
    }
    const all = listed.length;
    setText(this.#count, shown === all ? '' : `${shown} of ${all}`);
    this.#selected.hidden = selected === 0;
    setText(this.#chosen, `${selected} selected`);
    this.#listed = listed;
    if (this.#area.options.length === 0) this.#offer();
  }

  /** The list of areas is made again only when it is another one: somebody may have it open. */
  #offer(): void {
    const areas = areasOf(this.#listed);
    const chosen = this.#area.value;
    const all = chosen === '' || areas.includes(chosen) ? areas : [...areas, chosen].toSorted();
    const text = all.join('\n');
    if (text === this.#areas && this.#area.options.length > 0) return;
    this.#areas = text;
    this.#area.replaceChildren(
      element('option', { value: '' }, 'any area'),
      ...all.map(value => element('option', { value, selected: value === chosen }, value)),
    );
  }
}
