import type { AlarmBook } from '../alarms/alarm-book.ts';
import { badge } from '../alarms/shape.ts';
import { element, setText } from '../dom.ts';
import { isoTime } from '../frame/format.ts';
import type { Who } from '../net/answers.ts';
import { newestRun, runTitle, runWords } from './runs.ts';
import { SpillStrip } from './spill-strip.ts';
import type { Status } from './status.ts';

export type SoundState = 'off' | 'on' | 'blocked';

const SOUND_WORDS: Readonly<Record<SoundState, string>> = {
  off: 'Sound off',
  on: 'Sound on',
  blocked: 'Sound: click to allow',
};

export interface HeaderOptions {
  readonly toggleTheme: () => void;
  readonly toggleSound: () => void;
  readonly signIn: () => void;
  readonly signOut: () => void;
  readonly help: () => void;
  /** What the machine mode is, and why. */
  readonly mode: () => void;
}

export interface HeaderInput {
  readonly status: Status;
  readonly book: AlarmBook;
  readonly who: Who | undefined;
  readonly sound: SoundState;
  readonly nowMs: number;
}

/** The line that is always there: where, whether live, beam, alarms, time, who. */
export class Header {
  readonly element: HTMLElement;
  readonly #experiment = element('b', { class: 'experiment' });
  readonly #live = element('span', { class: 'live' });
  readonly #mode = element('b');
  readonly #run = element('b');
  readonly #runFact = element(
    'span',
    { class: 'fact run', hidden: true },
    element('small', {}, 'run'),
    this.#run,
  );
  readonly #spill = new SpillStrip();
  readonly #alarms = element('a', { class: 'alarm-count', href: '/alarms' });
  readonly #clock = element('time', { class: 'clock' });
  readonly #sound: HTMLButtonElement;
  readonly #session: HTMLButtonElement;
  #worst = '';
  #who: Who | undefined;

  constructor({ toggleTheme, toggleSound, signIn, signOut, help, mode }: HeaderOptions) {
    const button = (label: string, onclick: () => void, title = '') =>
      element('button', { type: 'button', class: 'quiet', onclick, title }, label);
    this.#sound = button(SOUND_WORDS.off, toggleSound, 'Sound of new alarms (m)');
    this.#session = button('Sign in', () => (this.#isSignedIn ? signOut() : signIn()));
    this.element = element(
      'header',
      { class: 'top' },
      element('div', { class: 'place' }, this.#experiment, this.#live),
      element(
        'button',
        { type: 'button', class: 'fact mode', onclick: mode, title: 'Machine mode (g m)' },
        element('small', {}, 'mode'),
        this.#mode,
      ),
      this.#spill.element,
      this.#runFact,
      this.#alarms,
      element(
        'div',
        { class: 'tools' },
        this.#sound,
        button('Theme', toggleTheme, 'Light or dark'),
        this.#keys(help),
        this.#session,
      ),
      this.#clock,
    );
  }

  #keys(help: () => void): HTMLElement {
    return element(
      'button',
      { type: 'button', class: 'quiet keys-button', onclick: help, title: 'Keys (?)' },
      '?',
    );
  }

  get #isSignedIn(): boolean {
    return this.#who?.by === 'session';
  }

  update({ status, book, who, sound, nowMs }: HeaderInput): void {
    const { hello, connected, lostAt, mode } = status;
    setText(this.#experiment, hello?.experiment ?? 'Spillway');
    setText(this.#live, connected ? 'live' : `not live since ${isoTime(lostAt).slice(11)}`);
    this.#live.className = `live ${connected ? 'good' : 'major'}`;
    setText(this.#mode, mode?.mode ?? 'not known');
    this.#spill.update(status, nowMs);
    this.#tellRun(status);
    this.#count(book);
    setText(this.#clock, `${isoTime(nowMs).slice(11)} UTC`);
    this.#clock.title = isoTime(nowMs).slice(0, 10);
    setText(this.#sound, SOUND_WORDS[sound]);
    this.#sound.setAttribute('aria-pressed', String(sound === 'on'));
    this.#who = who;
    setText(this.#session, this.#isSignedIn && who ? `Sign out ${who.name}` : 'Sign in');
    this.#session.title = who ? `${who.name}, ${who.role}` : '';
  }

  #tellRun({ runs }: Status): void {
    const run = newestRun(runs);
    this.#runFact.hidden = run === undefined;
    if (!run) return;
    setText(this.#run, runWords(run));
    this.#runFact.title = runTitle(run);
  }

  #count(book: AlarmBook): void {
    const count = book.count('active');
    const seen = book.count('acknowledged');
    const text = `${book.worst} ${count} ${seen}`;
    if (text === this.#worst) return;
    this.#worst = text;
    // An alarm that is over is still to be seen to, and one that is seen to may not be over.
    const words = count > 0 ? `${count} unacknowledged` : seen > 0 ? `${seen} acknowledged` : 'no alarms';
    this.#alarms.replaceChildren(badge(book.worst, count > 0), element('span', {}, words));
    this.#alarms.classList.toggle('any', count > 0);
  }
}
