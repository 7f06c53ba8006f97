import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Api } from '../net/api.ts';
import type { AlarmBook } from './alarm-book.ts';
import { Past } from './past.ts';

/** The past of all alarms, and of the one that is shown. */
export class Pasts {
  readonly #api: Pick<Api, 'history'>;
  readonly #book: AlarmBook;
  readonly #changed: () => void;
  #all: Past;
  #one: { readonly alarm: string; readonly past: Past } | undefined;
  #generation: number;

  /** @param changed there is more to show */
  constructor(api: Pick<Api, 'history'>, book: AlarmBook, changed: () => void) {
    this.#api = api;
    this.#book = book;
    this.#changed = changed;
    this.#all = this.#begin(undefined);
    this.#generation = book.generation;
  }

  get ofAll(): Past {
    this.#look();
    return this.#all;
  }

  of(alarm: string): Past {
    this.#look();
    if (this.#one?.alarm !== alarm) this.#one = { alarm, past: this.#begin(alarm) };
    return this.#one.past;
  }

  /** What all alarms did, as far as it is known; the first page of it is fetched by looking. */
  list(): readonly AlarmChange[] {
    const past = this.ofAll;
    if (past.state === 'nothing') void past.load();
    return past.with(this.#book.list('history'));
  }

  /** When the page has missed something, what was fetched before has an end that nothing fits to any more. */
  #look(): void {
    if (this.#generation === this.#book.generation) return;
    this.#generation = this.#book.generation;
    this.#all = this.#begin(undefined);
    this.#one = undefined;
  }

  #begin(alarm: string | undefined): Past {
    return new Past(before => this.#api.history(alarm, before), this.#changed);
  }
}
