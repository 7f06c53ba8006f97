import { formatMatcher } from '../../protocol/alarm/matcher.ts';
import type { Silence } from '../../protocol/messages/silence.ts';
import { element } from '../dom.ts';
import { effectText, timeText } from './words.ts';

export interface CardActions {
  readonly extend: (silence: Silence) => void;
  readonly change: (silence: Silence) => void;
  readonly end: (silence: Silence) => void;
}

/** Everything that makes a card look as it does. */
export const cardLooks = (silence: Silence, mayAct: boolean, nowMs: number): string =>
  [
    silence.silence,
    silence.revision,
    silence.matching,
    silence.fired,
    mayAct,
    timeText(silence, nowMs),
  ].join();

/** @param actions undefined for somebody who may only look */
export function silenceCard(silence: Silence, actions: CardActions | undefined, nowMs: number): HTMLElement {
  const { phase, matchers, by, comment } = silence;
  const button = (label: string, act: (silence: Silence) => void) =>
    element('button', { type: 'button', onclick: () => act(silence) }, label);
  return element(
    'li',
    { class: `silence ${phase}` },
    element(
      'p',
      { class: 'matchers' },
      element('b', { class: 'phase' }, phase === 'expired' ? 'ended' : phase),
      ...matchers.map(matcher => element('code', {}, formatMatcher(matcher))),
    ),
    element('p', {}, timeText(silence, nowMs)),
    element('p', {}, element('b', {}, by), comment === '' ? '' : `: ${comment}`),
    element('p', { class: 'faint' }, effectText(silence)),
    actions !== undefined &&
      phase !== 'expired' &&
      element(
        'div',
        { class: 'buttons' },
        button('Extend', actions.extend),
        button('Change', actions.change),
        button('End now', actions.end),
      ),
  );
}
