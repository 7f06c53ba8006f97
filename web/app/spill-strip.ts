import { element, setText } from '../dom.ts';
import { age, isoTime } from '../frame/format.ts';
import { beamStateOf, hornCurrentOf, potOf } from './beam.ts';
import type { Status } from './status.ts';

const figure = (name: string, className: string) => {
  const value = element('b');
  return {
    value,
    element: element('span', { class: `fact ${className}` }, element('small', {}, name), value),
  };
};

/** The last spill within a second of its coming, and how long ago that was. */
export class SpillStrip {
  readonly element: HTMLElement;
  readonly #state = element('b', { class: 'state' });
  readonly #pot = figure('POT', 'pot');
  readonly #horn = figure('horn', 'horn');
  readonly #time = figure('spill', 'time');
  readonly #age = figure('age', 'age');

  constructor() {
    const facts = [this.#pot, this.#horn, this.#time, this.#age].map(one => one.element);
    this.element = element(
      'div',
      { class: 'spill', role: 'group', 'aria-label': 'Last spill' },
      this.#state,
      ...facts,
    );
  }

  update(status: Status, nowMs: number): void {
    const { spill } = status;
    const { word, level } = beamStateOf(status, nowMs);
    setText(this.#state, word);
    this.#state.className = `state ${level}`;
    const pot = spill && potOf(spill);
    const horn = spill && hornCurrentOf(spill);
    setText(this.#pot.value, pot === undefined ? '–' : `${pot.toFixed(1)} E12`);
    setText(this.#horn.value, horn === undefined ? '–' : `${horn.toFixed(1)} kA`);
    setText(this.#time.value, spill ? isoTime(spill.time.seconds * 1000).slice(11) : '–');
    setText(this.#age.value, spill ? age(nowMs - spill.storedAt) : '–');
  }
}
