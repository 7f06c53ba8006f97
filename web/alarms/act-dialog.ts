import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { openDialog } from '../app/dialog.ts';
import { element } from '../dom.ts';
import type { Api } from '../net/api.ts';
import { ACTIONS, type Verb } from './actions.ts';
import { give, type Order, type Outcome, orderOf } from './give.ts';
import { personText, STATE_WORDS } from './words.ts';

/** Requests on their way at a time. */
const AT_A_TIME = 4;

const DURATIONS: readonly (readonly [label: string, duration: string])[] = [
  ['15 min', '15m'],
  ['1 h', '1h'],
  ['4 h', '4h'],
  ['8 h (a shift)', '8h'],
  ['12 h', '12h'],
  ['1 d', '24h'],
];

export interface ActOptions {
  readonly api: Pick<Api, 'command'>;
  readonly verb: Verb;
  readonly alarms: readonly AlarmChange[];
  readonly toast: (text: string) => void;
}

/** Asks for what has to be said, does it to each alarm, and tells what became of each. */
export function openAct({ api, verb, alarms, toast }: ActOptions): void {
  const { label, means, asks } = ACTIONS[verb];
  const [only] = alarms;
  if (!only) return;
  const many = alarms.length > 1;
  const fields = fieldsOf(verb);
  const told = element('div', { class: 'told', 'aria-live': 'polite' });
  const send = element('button', { type: 'submit', class: 'primary' }, label);
  const form = element(
    'form',
    { method: 'dialog' },
    element('p', { class: 'what' }, many ? `${alarms.length} alarms` : only.title),
    element('p', { class: 'faint' }, means),
    ...fields.elements,
    told,
    element('footer', {}, send),
  );
  const dialog = openDialog(many ? `${label}: ${alarms.length} alarms` : label, form);

  const run = async (orders: readonly Order[]): Promise<void> => {
    send.disabled = true;
    told.replaceChildren(element('p', {}, 'Sending …'));
    const outcomes = await giveAll(api, orders);
    send.disabled = false;
    const done = outcomes.filter(({ kind }) => kind === 'done').length;
    if (done === outcomes.length) {
      dialog.close();
      toast(many ? `${label}: ${done} done.` : `${label}: done.`);
      return;
    }
    send.hidden = true;
    told.replaceChildren(...outcomeList(outcomes, orders => void run(orders)));
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    if (asks !== 'note' && fields.isEmpty()) return;
    void run(alarms.map(alarm => orderOf(verb, alarm, fields.words())));
  });
}

async function giveAll(api: ActOptions['api'], orders: readonly Order[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = [...orders.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) outcomes[next[0]] = await give(api, next[1]);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return outcomes;
}

interface Fields {
  readonly elements: readonly HTMLElement[];
  readonly words: () => Readonly<Record<string, unknown>>;
  readonly isEmpty: () => boolean;
}

function fieldsOf(verb: Verb): Fields {
  const { asks } = ACTIONS[verb];
  const text = element('input', {
    type: 'text',
    maxlength: 2000,
    required: asks !== 'note',
    autofocus: true,
    autocomplete: 'off',
  });
  const labels = { note: 'Note (if there is something to say)', words: 'Comment', reason: 'Reason' };
  const elements: HTMLElement[] = [element('label', {}, labels[asks], text)];
  const isEmpty = () => text.value.trim() === '';
  const note = { [asks === 'reason' ? 'reason' : 'note']: () => text.value.trim() };
  const written = () => Object.fromEntries(Object.entries(note).map(([name, value]) => [name, value()]));
  if (verb !== 'shelve') return { elements, words: written, isEmpty };
  const duration = element(
    'select',
    {},
    ...DURATIONS.map(([label, value]) => element('option', { value, selected: value === '1h' }, label)),
  );
  const oneShot = element('input', { type: 'checkbox' });
  elements.unshift(element('label', {}, 'For', duration));
  elements.push(element('label', { class: 'check' }, oneShot, 'Only until it has returned to normal'));
  return {
    elements,
    words: () => ({ ...written(), duration: duration.value, oneShot: oneShot.checked }),
    isEmpty,
  };
}

const SAID: Readonly<Record<Outcome['kind'], string>> = {
  done: 'done',
  waiting: 'stored; it takes effect when the alarm engine answers',
  moved: 'not done: it has changed meanwhile',
  unsure: 'not known whether it is done',
  refused: 'not done',
};

function outcomeList(outcomes: readonly Outcome[], again: (orders: readonly Order[]) => void): HTMLElement[] {
  const lines = outcomes.map(({ order, kind, message, now }) =>
    element(
      'li',
      { class: kind },
      element('b', {}, order.seen.title),
      element('span', {}, ` ${SAID[kind]}. ${now ? nowText(now) : message}`),
    ),
  );
  const moved = outcomes.flatMap(({ order, now }) =>
    now && ACTIONS[order.verb].fits(now) ? [orderOf(order.verb, now, order.words)] : [],
  );
  const unsure = outcomes.filter(({ kind }) => kind === 'unsure').map(({ order }) => order);
  const button = (label: string, orders: readonly Order[]) =>
    orders.length > 0 && element('button', { type: 'button', onclick: () => again(orders) }, label);
  return [
    element('ul', { class: 'outcomes' }, ...lines),
    element('div', { class: 'buttons' }, button('Do it all the same', moved), button('Send again', unsure)),
  ];
}

/** What an alarm has become, for a person who has to decide again. */
function nowText(now: AlarmChange): string {
  const person = personText(now);
  return `It is now ${STATE_WORDS[now.to]}${person === '' ? '' : ` (${person})`}: ${now.reason}`;
}
