import { element } from '../dom.ts';
import type { BoardEntry } from '../net/answers.ts';
import type { Route } from './routes.ts';

/** Boards and alarms, with the keys that lead there. */
export class Navigation {
  readonly element = element('nav', { class: 'boards', 'aria-label': 'Boards' });

  show(boards: readonly BoardEntry[], route: Route): void {
    const uid = route.page === 'board' ? (route.uid ?? boards[0]?.uid) : undefined;
    const link = (href: string, text: string, here: boolean, key: string, title = '') =>
      element(
        'a',
        { href, title: `${title} (${key})`.trim(), ...(here ? { 'aria-current': 'page' } : {}) },
        text,
      );
    this.element.replaceChildren(
      ...boards.map((board, index) =>
        link(
          `/boards/${encodeURIComponent(board.uid)}`,
          board.title,
          board.uid === uid,
          `g ${index + 1}`,
          board.description,
        ),
      ),
      link('/alarms', 'Alarm list', route.page === 'alarms', 'g a'),
      link('/silences', 'Silences', route.page === 'silences', 'g s'),
    );
  }
}
