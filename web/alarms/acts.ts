import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { isHindered } from '../app/hindered.ts';
import type { Surroundings } from '../app/page.ts';
import { silencingHindrance } from '../silences/hindrance.ts';
import { openNewSilence } from '../silences/silence-form.ts';
import { openAct } from './act-dialog.ts';
import { ACTIONS, hindrance, type Verb } from './actions.ts';

/** What somebody does about alarms: asks who may not, and why, before a form is opened. */
export class Acts {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** @param names alarms; those that it does not fit are passed over */
  act(verb: Verb, names: readonly string[]): void {
    const { api, book, toast, who } = this.#around;
    if (isHindered(this.#around, hindrance(who()))) return;
    const alarms = names
      .map(alarm => book.get(alarm))
      .filter(change => change !== undefined)
      .filter(change => ACTIONS[verb].fits(change));
    if (alarms.length > 0) openAct({ api, verb, alarms, toast });
    else toast(`${ACTIONS[verb].label}: nothing here that it fits.`);
  }

  /** Keeps an alarm from being told. */
  silence(change: AlarmChange | undefined): void {
    const { api, toast, who } = this.#around;
    if (!change || isHindered(this.#around, silencingHindrance(who()))) return;
    openNewSilence({ api, toast, changed: () => {} }, [`alarm="${change.alarm}"`]);
  }
}
