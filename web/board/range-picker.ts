import { element, setText } from '../dom.ts';
import { isoTime } from '../frame/format.ts';
import { bounds, parseUtc, RANGES, rangeText, shifted, type TimeRange, zoomedOut } from './time-range.ts';

export interface RangePickerOptions {
  readonly clock: () => number;
  readonly choose: (range: TimeRange) => void;
}

/** The time range of a board: usual ones, earlier and later, wider, or any in UTC. */
export class RangePicker {
  readonly element: HTMLElement;
  readonly #options: RangePickerOptions;
  readonly #now = element('summary', { title: 'Time range' });
  readonly #details: HTMLDetailsElement;
  readonly #from = element('input', { 'aria-label': 'From, UTC', size: 19, autocomplete: 'off' });
  readonly #to = element('input', { 'aria-label': 'To, UTC', size: 19, autocomplete: 'off' });
  readonly #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  #range: TimeRange;

  constructor(range: TimeRange, options: RangePickerOptions) {
    this.#range = range;
    this.#options = options;
    const usual = RANGES.map(([label, from]) =>
      element('button', { type: 'button', onclick: () => this.#choose({ from, to: 'now' }) }, label),
    );
    const form = element(
      'form',
      { onsubmit: event => this.#absolute(event) },
      element('label', {}, 'From', this.#from),
      element('label', {}, 'To', this.#to),
      this.#problem,
      element('button', { type: 'submit' }, 'Show'),
    );
    this.#details = element(
      'details',
      {},
      this.#now,
      element('div', { class: 'pop' }, element('div', { class: 'usual' }, ...usual), form),
    );
    this.#details.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.#details.contains(relatedTarget)) this.#details.open = false;
    });
    const step = (label: string, words: string, next: () => TimeRange) =>
      element(
        'button',
        {
          type: 'button',
          class: 'quiet',
          title: words,
          'aria-label': words,
          onclick: () => this.#choose(next()),
        },
        label,
      );
    this.element = element(
      'div',
      { class: 'range' },
      step('‹', 'Earlier', () => shifted(this.#range, -1, options.clock())),
      this.#details,
      step('›', 'Later', () => shifted(this.#range, 1, options.clock())),
      step('−', 'Wider', () => zoomedOut(this.#range, options.clock())),
    );
    this.show(range);
  }

  show(range: TimeRange): void {
    this.#range = range;
    const nowMs = this.#options.clock();
    setText(this.#now, rangeText(range, nowMs));
    const { fromMs, toMs } = bounds(range, nowMs);
    this.#from.value = isoTime(fromMs);
    this.#to.value = isoTime(toMs);
  }

  #choose(range: TimeRange): void {
    this.#details.open = false;
    this.#problem.hidden = true;
    this.#options.choose(range);
  }

  #absolute(event: Event): void {
    event.preventDefault();
    const [from, to] = [parseUtc(this.#from.value), parseUtc(this.#to.value)];
    if (from !== undefined && to !== undefined && from < to)
      return this.#choose({ from: String(from), to: String(to) });
    setText(this.#problem, 'Write both as 2026-11-21 10:30, the earlier first.');
    this.#problem.hidden = false;
  }
}
