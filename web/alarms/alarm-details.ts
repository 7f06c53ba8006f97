import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { alarmAddress, boardAddress } from '../app/routes.ts';
import { element, safeLink, setText } from '../dom.ts';
import { age, isoTime } from '../frame/format.ts';
import type { Who } from '../net/answers.ts';
import { ACTIONS, actionsFor, hindrance, type Verb } from './actions.ts';
import { markdown } from './markdown-view.ts';
import type { Past } from './past.ts';
import { PastList } from './past-list.ts';
import { badge } from './shape.ts';
import { limitText, millis, STATE_WORDS, shown, shownSeverity, sinceOf, valueText } from './words.ts';

const MINUTES = 60_000;

/** The board that an alarm names, around the time when it was raised; undefined when it names none. */
export function pictureOf(change: AlarmChange, nowMs: number): string | undefined {
  const { dashboard } = change;
  if (dashboard === '') return undefined;
  if (!/^[\w-]+$/.test(dashboard)) return safeLink(dashboard);
  const since = sinceOf(change);
  const end = since + 30 * MINUTES;
  return boardAddress(dashboard, {
    from: String(Math.round(since - 30 * MINUTES)),
    to: end > nowMs ? 'now' : String(Math.round(end)),
  });
}

export interface DetailsInput {
  readonly change: AlarmChange;
  /** What the page has seen of it. */
  readonly history: readonly AlarmChange[];
  readonly past: Past;
  readonly who: Who | undefined;
  readonly nowMs: number;
}

export interface DetailsOptions {
  readonly act: (verb: Verb) => void;
  /** Keep it from being told. */
  readonly silence: (change: AlarmChange) => void;
  readonly signIn: () => void;
  /** Address to go back to the list. */
  readonly back: string;
}

/** Everything about one alarm. */
export class AlarmDetails {
  readonly element = element('section', { class: 'alarm-details', 'aria-label': 'Details', tabindex: 0 });
  readonly #options: DetailsOptions;
  readonly #age = element('span');
  readonly #past = new PastList();
  #looks = '';
  #alarm = '';

  constructor(options: DetailsOptions) {
    this.#options = options;
  }

  show({ change, history, past, who, nowMs }: DetailsInput): void {
    setText(this.#age, age(nowMs - sinceOf(change)));
    this.#past.show(history, past);
    // Made again only when something is different: whoever reads or types in it is left alone.
    const looks = [change.alarm, change.transition, who?.name, who?.role].join('\n');
    if (looks === this.#looks) return;
    this.#looks = looks;
    this.element.replaceChildren(
      this.#head(change),
      this.#buttons(change, who),
      facts(change, this.#age),
      element('h3', {}, 'What to do'),
      change.guidance === ''
        ? element('p', { class: 'faint' }, 'The rule says nothing.')
        : markdown(change.guidance),
      ...links(change, nowMs),
      ...inputs(change),
      this.#past.element,
    );
    if (change.alarm !== this.#alarm) this.element.scrollTop = 0;
    this.#alarm = change.alarm;
  }

  clear(text: string): void {
    this.#looks = this.#alarm = '';
    this.element.replaceChildren(element('p', { class: 'empty' }, text));
  }

  #head(change: AlarmChange): HTMLElement {
    const open = change.to.endsWith('unacknowledged');
    return element(
      'header',
      {},
      element('a', { class: 'back', href: this.#options.back }, '‹ All alarms'),
      badge(shownSeverity(change), open),
      element('h2', {}, change.title),
      element('a', { class: 'path', href: alarmAddress(change.alarm) }, change.alarm),
    );
  }

  #buttons(change: AlarmChange, who: Who | undefined): HTMLElement {
    const why = hindrance(who);
    if (why !== undefined)
      return element(
        'p',
        { class: 'hindrance' },
        `${why} `,
        (!who || who.by === 'anonymous') &&
          element('button', { type: 'button', onclick: () => this.#options.signIn() }, 'Sign in'),
      );
    const buttons = actionsFor(change, who).map((verb, index) =>
      element(
        'button',
        { type: 'button', class: index === 0 ? 'primary' : '', onclick: () => this.#options.act(verb) },
        ACTIONS[verb].label,
      ),
    );
    const silence = () => this.#options.silence(change);
    return element(
      'div',
      { class: 'buttons' },
      ...buttons,
      who?.role === 'expert' && element('button', { type: 'button', onclick: silence }, 'Silence'),
    );
  }
}

function facts(change: AlarmChange, ageShown: HTMLElement): HTMLElement {
  const { acknowledged, shelved, disabled, comment, owner, suppressedBy } = change;
  const at = (time: Parameters<typeof millis>[0]) => `${isoTime(millis(time))} UTC`;
  const said = (by: string, words: string) => (words === '' ? by : `${by}: ${words}`);
  const rows: (readonly [string, string | HTMLElement | undefined])[] = [
    ['State', `${STATE_WORDS[change.to]} (${change.status})`],
    ['Value', [valueText(change), limitText(change)].filter(Boolean).join(', ')],
    ['Why', change.reason],
    ['Mode', change.mode],
    ['Raised', change.raisedAt && at(change.raisedAt)],
    ['Age', ageShown],
    ['Returned', change.returnedAt && at(change.returnedAt)],
    ['Owner', owner],
    ['Acknowledged', acknowledged && `${said(acknowledged.by, acknowledged.note)}, ${at(acknowledged.at)}`],
    [
      'Shelved',
      shelved &&
        `${said(shelved.by, shelved.reason)}, until ${at(shelved.until)}${shelved.oneShot ? ' or its return to normal' : ''}`,
    ],
    ['Disabled', disabled && `${said(disabled.by, disabled.reason)}, ${at(disabled.at)}`],
    ['Suppressed by', suppressedBy],
    ['Comment', comment && `${said(comment.by, comment.note)}, ${at(comment.at)}`],
    ['For', change.audience.join(', ')],
  ];
  return element(
    'dl',
    {},
    ...rows.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [element('dt', {}, name), element('dd', {}, value)],
    ),
  );
}

function links(change: AlarmChange, nowMs: number): HTMLElement[] {
  const picture = pictureOf(change, nowMs);
  if (picture === undefined) return [];
  const elsewhere = picture.startsWith('http') ? { target: '_blank', rel: 'noreferrer noopener' } : {};
  return [
    element(
      'p',
      {},
      element('a', { class: 'button', href: picture, ...elsewhere }, 'Board around that time'),
    ),
  ];
}

function inputs({ inputs }: AlarmChange): HTMLElement[] {
  if (inputs.length === 0) return [];
  const rows = inputs.map(({ name, value, at }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', { class: 'number' }, shown(value) || '–'),
      element('td', {}, at ? isoTime(millis(at)).slice(11) : ''),
    ),
  );
  return [element('h3', {}, 'Made from'), element('table', {}, element('tbody', {}, ...rows))];
}
