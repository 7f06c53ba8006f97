import { AlarmsPage } from '../alarms/alarms-page.ts';
import { BoardPage } from '../board/board-page.ts';
import { element } from '../dom.ts';
import type { BoardEntry } from '../net/answers.ts';
import { SilencesPage } from '../silences/silences-page.ts';
import { Navigation } from './navigation.ts';
import type { Page, Surroundings } from './page.ts';
import { type Route, routeOf } from './routes.ts';

/** What a shift begins with stands first; the others as the gateway gives them. */
const FIRST = 'spillway-shift';

const firstFirst = (boards: readonly BoardEntry[]): BoardEntry[] =>
  boards.toSorted((a, b) => Number(b.uid === FIRST) - Number(a.uid === FIRST));

export interface PagesOptions {
  readonly around: Surroundings;
  /** Another page is shown, or why there is none. */
  readonly shown: (problem?: unknown) => void;
}

/** What stands below the header, by the address: boards and the alarm list, one at a time. */
export class Pages {
  readonly element: readonly HTMLElement[];
  readonly #options: PagesOptions;
  readonly #navigation = new Navigation();
  readonly #main = element('main', { tabindex: -1 });
  #boards: readonly BoardEntry[] = [];
  #route: Route = routeOf(location);
  #page: Page | undefined;
  #loading = false;
  /** Counts what was asked to be shown: a board that comes late must not take the place of a later one. */
  #wanted = 0;

  constructor(options: PagesOptions) {
    this.#options = options;
    this.element = [this.#navigation.element, this.#main];
    addEventListener('popstate', () => void this.#show(routeOf(location)));
    document.addEventListener('click', event => this.#clicked(event));
  }

  get page(): Page | undefined {
    return this.#page;
  }

  /** Asks which boards there are, unless it is known, and shows what the address says. */
  async load(): Promise<void> {
    if (this.#boards.length > 0 || this.#loading) return;
    this.#loading = true;
    try {
      this.#boards = firstFirst(await this.#options.around.api.boards());
    } catch (error) {
      this.#options.shown(error);
    } finally {
      this.#loading = false;
    }
    // What stands there and is no board needs none of them, and would lose what it has.
    if (this.#page && this.#route.page !== 'board') this.#navigation.show(this.#boards, this.#route);
    else await this.#show(this.#route);
  }

  go(address: string): void {
    history.pushState(null, '', address);
    void this.#show(routeOf(location));
    scrollTo(0, 0);
  }

  /** @param number from 1, as they stand in the navigation */
  goToBoard(number: number): void {
    const board = this.#boards[number - 1];
    if (board) this.go(`/boards/${encodeURIComponent(board.uid)}`);
  }

  /** In place of a page: nobody may look yet. */
  askWho(): void {
    if (this.#page) return;
    const { signIn } = this.#options.around;
    this.#main.replaceChildren(
      element('p', { class: 'empty' }, 'Nobody is signed in. '),
      element('button', { type: 'button', class: 'primary', onclick: signIn }, 'Sign in'),
    );
    signIn();
  }

  async #show(route: Route): Promise<void> {
    this.#route = route;
    const mine = ++this.#wanted;
    let [page, problem]: [Page | undefined, unknown] = [undefined, new Error('There is no such page.')];
    try {
      page = await this.#open(route);
    } catch (thrown) {
      problem = thrown;
    }
    if (mine !== this.#wanted) {
      page?.destroy();
      return;
    }
    this.#page?.destroy();
    this.#page = page;
    this.#navigation.show(this.#boards, route);
    const text = problem instanceof Error ? problem.message : String(problem);
    this.#main.replaceChildren(page?.element ?? element('p', { class: 'empty', role: 'alert' }, text));
    this.#options.shown(page ? undefined : problem);
  }

  /** @throws ApiError for a board there is not */
  async #open(route: Route): Promise<Page | undefined> {
    const { around } = this.#options;
    if (route.page === 'alarms') return new AlarmsPage(around, route.alarm);
    if (route.page === 'silences') return new SilencesPage(around);
    if (route.page !== 'board') return undefined;
    const uid = route.uid ?? this.#boards[0]?.uid;
    if (uid === undefined) throw new Error('The gateway has no boards.');
    return new BoardPage(around, await around.api.board(uid), route.words);
  }

  /** Links of ours change the page in place. */
  #clicked(event: MouseEvent): void {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (event.defaultPrevented || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : undefined;
    if (!link || link.target !== '' || link.origin !== location.origin) return;
    if (routeOf(link).page === 'none') return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}
