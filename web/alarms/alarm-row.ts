import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { element } from '../dom.ts';
import { age, isoTime } from '../frame/format.ts';
import { badge } from './shape.ts';
import { limitText, millis, personText, STATE_WORDS, shownSeverity, sinceOf, valueText } from './words.ts';

export interface RowState {
  readonly selected: boolean;
  /** Its details are shown. */
  readonly current: boolean;
  /** A row of the history is of its time; others count their age. */
  readonly past: boolean;
  readonly nowMs: number;
}

const timeOf = (change: AlarmChange, past: boolean): number => (past ? millis(change.at) : sinceOf(change));

/** Of today only the time is shown. */
const shortTime = (ms: number, nowMs: number): string => {
  const text = isoTime(ms);
  return text.slice(0, 10) === isoTime(nowMs).slice(0, 10) ? text.slice(11) : text.slice(5, 16);
};

/** Everything that makes a row look as it does. */
export const rowLooks = (change: AlarmChange, { selected, current, past, nowMs }: RowState): string =>
  [change.transition, selected, current, past, age(nowMs - timeOf(change, past))].join();

export function alarmRow(change: AlarmChange, { selected, current, past, nowMs }: RowState): HTMLElement {
  const severity = shownSeverity(change);
  const since = timeOf(change, past);
  const state = STATE_WORDS[change.to];
  const value = valueText(change);
  const spoken = [severity, state, change.title, value, limitText(change), `for ${age(nowMs - since)}`];
  return element(
    'div',
    {
      class: `alarm-row ${current ? 'current' : ''} ${change.to.endsWith('unacknowledged') ? 'open' : ''}`,
      role: 'option',
      'aria-selected': String(selected),
      'aria-label': spoken.filter(Boolean).join(', '),
      'data-alarm': change.alarm,
      'data-transition': change.transition,
    },
    element('span', { class: 'pick', 'aria-hidden': 'true' }, selected ? '☑' : '☐'),
    badge(severity, change.to.endsWith('unacknowledged')),
    element(
      'span',
      { class: 'name' },
      element('b', {}, change.title),
      element('small', {}, past ? `${change.alarm} · ${change.reason}` : change.alarm),
    ),
    element('span', { class: 'value' }, element('b', {}, value), element('small', {}, limitText(change))),
    element('span', { class: 'state' }, state, element('small', {}, change.mode)),
    element(
      'span',
      { class: 'since' },
      element('time', { datetime: new Date(since).toISOString() }, shortTime(since, nowMs)),
      element('small', {}, past ? `${age(nowMs - since)} ago` : age(nowMs - since)),
    ),
    element('span', { class: 'who' }, personText(change)),
  );
}
