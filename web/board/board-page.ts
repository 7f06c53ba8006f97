import type { Dashboard } from '../../dashboards/model.ts';
import type { Page, Surroundings } from '../app/page.ts';
import { boardAddress, filledLink } from '../app/routes.ts';
import { element } from '../dom.ts';
import { BoardView } from './board-view.ts';
import { RangePicker } from './range-picker.ts';
import { bounds, type TimeRange } from './time-range.ts';

/** The range of an address, else the board's; one that is not understood is the board's too. */
function rangeOf(board: Dashboard, words: URLSearchParams, nowMs: number): TimeRange {
  const range = { from: words.get('from') ?? board.time.from, to: words.get('to') ?? board.time.to };
  try {
    bounds(range, nowMs);
    return range;
  } catch {
    return board.time;
  }
}

/** A board with what is chosen for it. */
export class BoardPage implements Page {
  readonly element: HTMLElement;
  readonly title: string;
  readonly #view: BoardView;

  constructor(around: Surroundings, board: Dashboard, words: URLSearchParams) {
    const { api, clock, displays } = around;
    this.title = board.title;
    const range = rangeOf(board, words, clock());
    const picker = new RangePicker(range, { clock, choose: next => this.#view.show(next) });
    const pickers = element('div', { class: 'variables' });
    this.#view = new BoardView({
      api,
      board,
      range,
      address: words,
      clock,
      displays,
      link: url => filledLink(url, this.#view.range),
      onChange: (range, choices) => {
        picker.show(range);
        around.write(boardAddress(board.uid, range, choices));
      },
      onAnswer: around.answered,
    });
    this.element = element(
      'div',
      { class: 'board-page' },
      element(
        'div',
        { class: 'bar' },
        element('h1', { title: board.description }, board.title),
        element('p', { class: 'faint description' }, board.description),
        pickers,
        picker.element,
      ),
      this.#view.element,
    );
    this.#view.pickers().then(
      list => pickers.replaceChildren(...list),
      (error: unknown) => around.answered(error),
    );
  }

  update(): void {}

  spill(): void {
    this.#view.news();
  }

  recolor(): void {
    this.#view.recolor();
  }

  destroy(): void {
    this.#view.destroy();
    this.element.remove();
  }
}
