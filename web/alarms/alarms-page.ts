import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Page, Surroundings } from '../app/page.ts';
import { alarmAddress } from '../app/routes.ts';
import { element } from '../dom.ts';
import type { Verb } from './actions.ts';
import { Acts } from './acts.ts';
import { type Tab, tabOf } from './alarm-book.ts';
import { AlarmDetails } from './alarm-details.ts';
import { alarmRow, rowLooks } from './alarm-row.ts';
import { filtered } from './filter.ts';
import { FilterBar } from './filter-bar.ts';
import { Older } from './older.ts';
import { Pasts } from './pasts.ts';
import { WindowList } from './window-list.ts';

const keyOf = ({ alarm, transition }: AlarmChange): string => `${alarm}:${transition}`;

const NOTHING: Readonly<Record<Tab, string>> = {
  active: 'No active alarms.',
  acknowledged: 'Nothing is acknowledged.',
  shelved: 'Nothing is shelved, suppressed or out of service.',
  history: 'Nothing has happened.',
};

/** Alarms to work on: lists by what has been done about them, and everything about one. */
export class AlarmsPage implements Page {
  readonly element: HTMLElement;
  readonly title = 'Alarms';
  readonly #around: Surroundings;
  readonly #bar: FilterBar;
  readonly #list: WindowList<AlarmChange>;
  readonly #details: AlarmDetails;
  readonly #empty = element('p', { class: 'empty' });
  readonly #acts: Acts;
  readonly #pasts: Pasts;
  readonly #older = new Older(() => {
    void this.#pasts.ofAll.load();
    this.update();
  });
  readonly #selected = new Set<string>();
  #tab: Tab = 'active';
  #current: string | undefined;
  /** Which of an alarm's rows in the history it is. */
  #currentKey = '';
  #items: readonly AlarmChange[] = [];

  constructor(around: Surroundings, alarm: string | undefined) {
    this.#around = around;
    this.#current = alarm;
    this.#acts = new Acts(around);
    this.#pasts = new Pasts(around.api, around.book, () => this.update());
    const known = alarm === undefined ? undefined : around.book.get(alarm);
    if (known) this.#tab = tabOf(known) ?? 'history';
    this.#bar = new FilterBar({
      tab: tab => this.#show(tab),
      changed: () => this.update(),
      act: () => this.#act('acknowledge'),
      clear: () => this.#select([]),
    });
    this.#list = new WindowList<AlarmChange>({
      label: 'Alarms',
      key: change => (this.#tab === 'history' ? keyOf(change) : change.alarm),
      looks: change => rowLooks(change, this.#rowState(change)),
      row: change => alarmRow(change, this.#rowState(change)),
    });
    this.#list.element.addEventListener('click', event => this.#clicked(event));
    this.#details = new AlarmDetails({
      act: verb => this.#act(verb, false),
      silence: change => this.#acts.silence(change),
      signIn: around.signIn,
      back: '/alarms',
    });
    this.element = element(
      'div',
      { class: 'alarms' },
      this.#bar.element,
      element(
        'div',
        { class: 'split' },
        element('div', { class: 'side' }, this.#list.element, this.#empty, this.#older.element),
        this.#details.element,
      ),
    );
    this.update();
  }

  update(): void {
    const { book, clock, who } = this.#around;
    const listed = this.#listed();
    this.#items = filtered(listed, this.#bar.filter);
    const here = new Set(this.#selected.size > 0 ? this.#items.map(({ alarm }) => alarm) : []);
    for (const alarm of this.#selected) if (!here.has(alarm)) this.#selected.delete(alarm);
    this.#bar.update(book, this.#tab, listed, this.#items.length, this.#selected.size);
    this.#empty.textContent = listed.length === 0 ? NOTHING[this.#tab] : 'None of them fits the filter.';
    this.#empty.hidden = this.#items.length > 0;
    this.#list.show(this.#items);
    const change = this.#chosen();
    this.element.classList.toggle('chosen', this.#current !== undefined);
    if (change)
      this.#details.show({
        change,
        history: book.historyOf(change.alarm),
        past: this.#pasts.of(change.alarm),
        who: who(),
        nowMs: clock(),
      });
    else
      this.#details.clear(
        this.#current === undefined
          ? 'Choose an alarm: by a click, or with j and k.'
          : `Nothing has been heard of an alarm ${this.#current}.`,
      );
  }

  key(event: KeyboardEvent): boolean {
    const { key, target } = event;
    // Arrows scroll the details for whoever is in them.
    if (key.startsWith('Arrow') && target instanceof Node && this.#details.element.contains(target))
      return false;
    if (key === 'j' || key === 'ArrowDown') this.#move(1);
    else if (key === 'k' || key === 'ArrowUp') this.#move(-1);
    else if (key === '/') this.#bar.focus();
    else if (key === 'a') this.#act('acknowledge');
    else if (key === 's') this.#act('shelve', false);
    else if (key === 'c') this.#act('comment', false);
    else if (key === 'h') this.#acts.silence(this.#chosen());
    else if ((key === 'x' || key === ' ') && this.#current !== undefined) this.#toggle(this.#current);
    else if (key === 'Escape' && this.#selected.size > 0) this.#select([]);
    else if (key === 'Escape' && this.#current !== undefined) this.#choose(undefined);
    else return false;
    return true;
  }

  destroy(): void {
    this.#list.destroy();
    this.element.remove();
  }

  #rowState(change: AlarmChange) {
    const past = this.#tab === 'history';
    return {
      selected: this.#selected.has(change.alarm),
      current: past ? keyOf(change) === this.#currentKey : change.alarm === this.#current,
      past,
      nowMs: this.#around.clock(),
    };
  }

  /** What the tab has. */
  #listed(): readonly AlarmChange[] {
    const isPast = this.#tab === 'history';
    this.#older.element.hidden = !isPast;
    const list = isPast ? this.#pasts.list() : this.#around.book.list(this.#tab);
    this.#older.show(this.#pasts.ofAll);
    return list;
  }

  /** As it is now; of an alarm that is none any more, what the history has of it. */
  #chosen(): AlarmChange | undefined {
    if (this.#current === undefined) return undefined;
    return this.#around.book.get(this.#current) ?? this.#items.find(one => keyOf(one) === this.#currentKey);
  }

  #show(tab: Tab): void {
    this.#tab = tab;
    this.#selected.clear();
    this.#list.element.scrollTop = 0;
    this.update();
  }

  #choose(change: AlarmChange | undefined): void {
    this.#current = change?.alarm;
    this.#currentKey = change ? keyOf(change) : '';
    this.#around.write(change ? alarmAddress(change.alarm) : '/alarms');
    this.update();
  }

  #move(step: number): void {
    const past = this.#tab === 'history';
    const at = this.#items.findIndex(one =>
      past ? keyOf(one) === this.#currentKey : one.alarm === this.#current,
    );
    const next = Math.min(this.#items.length - 1, Math.max(0, at + step));
    const change = this.#items[next];
    if (!change) return;
    this.#choose(change);
    this.#list.reveal(next);
  }

  #clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target : undefined;
    const row = target?.closest<HTMLElement>('.alarm-row');
    const { alarm, transition } = row?.dataset ?? {};
    if (alarm === undefined) return;
    if (target?.closest('.pick')) return this.#toggle(alarm);
    this.#choose(this.#items.find(one => one.alarm === alarm && String(one.transition) === transition));
  }

  #toggle(alarm: string): void {
    const chosen = new Set(this.#selected);
    if (!chosen.delete(alarm)) chosen.add(alarm);
    this.#select(chosen);
  }

  #select(alarms: Iterable<string>): void {
    this.#selected.clear();
    for (const alarm of alarms) this.#selected.add(alarm);
    this.update();
  }

  /** @param several whether it is done to all that are selected, where some are */
  #act(verb: Verb, several = true): void {
    const selected = several && this.#selected.size > 0;
    this.#acts.act(verb, selected ? [...this.#selected] : [this.#current ?? '']);
  }
}
