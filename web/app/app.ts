import type { ServerMessage } from '../../protocol/live.ts';
import { AlarmBook } from '../alarms/alarm-book.ts';
import { AlarmsPage } from '../alarms/alarms-page.ts';
import { BoardPage } from '../board/board-page.ts';
import { element } from '../dom.ts';
import { type Api, ApiError, type BoardEntry } from '../net/api.ts';
import { Live } from '../net/live.ts';
import { Banners } from './banners.ts';
import { Caller } from './caller.ts';
import { conditionsOf } from './conditions.ts';
import { Header } from './header.ts';
import { openHelp } from './help.ts';
import { Idle } from './idle.ts';
import { listenToKeys } from './keys.ts';
import { Navigation } from './navigation.ts';
import type { Page, Surroundings } from './page.ts';
import { type Route, routeOf } from './routes.ts';
import { Session } from './session.ts';
import { remember, remembered } from './settings.ts';
import { openSignIn } from './sign-in.ts';
import { heard, initialStatus, lost, type Status } from './status.ts';
import { TabIcon } from './tab-icon.ts';
import { followTheme, toggleTheme } from './theme.ts';
import { Toasts } from './toasts.ts';

const FIRST = 'spillway-shift';

/** However much comes, the page is drawn no oftener. */
const DRAW_MS = 200;
const TICK_MS = 1000;

/** The whole page: keeps what is known, and shows it. */
export class App {
  readonly element = element('div', { class: 'app' });
  readonly #api: Api;
  readonly #book = new AlarmBook();
  readonly #session: Session;
  readonly #header: Header;
  readonly #banners: Banners;
  readonly #navigation = new Navigation();
  readonly #main = element('main', { tabindex: -1 });
  readonly #toasts = new Toasts();
  readonly #icon = new TabIcon();
  readonly #idle = new Idle();
  readonly #caller: Caller;
  readonly #around: Surroundings;
  #live: Live | undefined;
  #status: Status;
  #boards: readonly BoardEntry[] = [];
  #route: Route = routeOf(location);
  #page: Page | undefined;
  /** Counts what was asked to be shown: a board that comes late must not take the place of a later one. */
  #wanted = 0;
  #drawAt: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, version: string) {
    this.#api = api;
    this.#status = initialStatus(version, Date.now());
    this.#session = new Session(api, () => this.#sessionChanged());
    const signIn = () => openSignIn(api, who => this.#session.signedIn(who));
    this.#banners = new Banners({ reload: () => location.reload(), signIn });
    this.#caller = new Caller({
      book: this.#book,
      clock: this.#clock,
      say: (text, className) => this.#toasts.say(text, className),
    });
    this.#header = new Header({
      toggleTheme: () => {
        toggleTheme();
        this.#recolor();
      },
      toggleSound: () => void this.#caller.toggle().then(() => this.#draw()),
      signIn,
      signOut: () => void this.#session.signOut().catch((error: unknown) => this.#say(error)),
      help: openHelp,
    });
    this.#around = {
      api,
      book: this.#book,
      clock: this.#clock,
      status: () => this.#status,
      who: () => this.#session.who,
      boards: () => this.#boards,
      go: (address, replace = false) => this.#go(address, replace),
      write: address => history.replaceState(null, '', address),
      toast: text => this.#toasts.say(text),
      signIn,
      answered: error => this.#answered(error),
    };
    this.element.append(
      this.#header.element,
      this.#banners.element,
      this.#navigation.element,
      this.#main,
      this.#toasts.element,
    );
  }

  async start(): Promise<void> {
    followTheme(() => this.#recolor());
    listenToKeys((key, event) => this.#key(key, event));
    addEventListener('popstate', () => void this.#show(routeOf(location)));
    document.addEventListener('click', event => this.#clicked(event));
    setInterval(() => this.#draw(), TICK_MS);
    this.#draw();
    await this.#session.ask().catch((error: unknown) => this.#say(error));
  }

  readonly #clock = (): number => Date.now() + this.#status.offsetMs;

  /** Only somebody who may look has something to be told. */
  #sessionChanged(): void {
    this.#status = { ...this.#status, expired: this.#session.expired };
    if (!this.#session.who) {
      if (!this.#page) this.#askWho();
      this.#draw();
      return;
    }
    if (this.#live) this.#live.reconnect();
    else this.#connect();
    if (this.#boards.length === 0) void this.#load();
    this.#draw();
  }

  #askWho(): void {
    this.#main.replaceChildren(
      element('p', { class: 'empty' }, 'Nobody is signed in. '),
      element(
        'button',
        { type: 'button', class: 'primary', onclick: () => this.#around.signIn() },
        'Sign in',
      ),
    );
    this.#around.signIn();
  }

  #connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.#live = new Live({
      url: `${scheme}://${location.host}/api/v1/live`,
      random: Math.random,
      onMessage: message => this.#heard(message),
      onState: connected => {
        if (connected) return;
        this.#status = lost(this.#status, this.#clock());
        this.#session.doubt();
        this.#drawSoon();
      },
    });
  }

  async #load(): Promise<void> {
    try {
      this.#boards = firstFirst(await this.#api.boards());
    } catch (error) {
      this.#say(error);
    }
    await this.#show(this.#route);
  }

  #heard(message: ServerMessage): void {
    this.#status = heard(this.#status, message, Date.now());
    if (this.#book.take(message) && message.type === 'alarm') this.#caller.take(message.change);
    if (message.type === 'spill') this.#page?.spill?.();
    if (message.type === 'hello') this.#boardsAgain();
    this.#drawSoon();
  }

  /** The gateway was away when the page was opened: now it is there. */
  #boardsAgain(): void {
    if (this.#boards.length === 0 && this.#page === undefined) void this.#load();
  }

  #go(address: string, replace = false): void {
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    void this.#show(routeOf(location));
    scrollTo(0, 0);
  }

  async #show(route: Route): Promise<void> {
    this.#route = route;
    const mine = ++this.#wanted;
    const page = await this.#open(route).catch((error: unknown) => error);
    if (mine !== this.#wanted) return;
    this.#page?.destroy();
    this.#page = undefined;
    this.#navigation.show(this.#boards, route);
    if (page instanceof Error || page === undefined) {
      const text = page instanceof Error ? page.message : 'There is no such page.';
      this.#main.replaceChildren(element('p', { class: 'empty', role: 'alert' }, text));
      this.#session.failed(page);
    } else {
      this.#page = page as Page;
      this.#main.replaceChildren(this.#page.element);
    }
    this.#draw();
  }

  /** @throws ApiError for a board there is not */
  async #open(route: Route): Promise<Page | undefined> {
    if (route.page === 'alarms') return new AlarmsPage(this.#around, route.alarm);
    if (route.page !== 'board') return undefined;
    const uid = route.uid ?? this.#boards[0]?.uid;
    if (uid === undefined) throw new Error('The gateway has no boards.');
    return new BoardPage(this.#around, await this.#api.board(uid), route.words);
  }

  #answered(error?: unknown): void {
    this.#session.failed(error);
    const isAway =
      error instanceof ApiError ? error.status >= 500 : error !== undefined && this.#status.connected;
    if (error !== undefined && !isAway) return;
    const storeProblem = error instanceof Error ? error.message : undefined;
    if (storeProblem !== this.#status.storeProblem) this.#status = { ...this.#status, storeProblem };
  }

  #say(error: unknown): void {
    this.#session.failed(error);
    this.#toasts.say(error instanceof Error ? error.message : String(error));
  }

  /** Links of ours change the page in place. */
  #clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : undefined;
    if (!link || link.target !== '' || link.origin !== location.origin) return;
    if (routeOf(link).page === 'none') return;
    event.preventDefault();
    this.#go(link.pathname + link.search);
  }

  #key(key: string, event: KeyboardEvent): boolean {
    if (key === '?') openHelp();
    else if (key === 'm') void this.#caller.toggle().then(() => this.#draw());
    else if (key === 'g a') this.#go('/alarms');
    else if (/^g [1-9]$/.test(key)) {
      const board = this.#boards[Number(key.slice(2)) - 1];
      if (board) this.#go(`/boards/${encodeURIComponent(board.uid)}`);
    } else return this.#page?.key?.(event) ?? false;
    return true;
  }

  #recolor(): void {
    this.#page?.recolor?.();
  }

  #drawSoon(): void {
    this.#drawAt ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#drawAt);
    this.#drawAt = undefined;
    const nowMs = this.#clock();
    const { hello, version } = this.#status;
    this.#caller.update();
    this.#header.update({
      status: this.#status,
      book: this.#book,
      who: this.#session.who,
      sound: this.#caller.state,
      nowMs,
    });
    this.#banners.update(this.#session.who ? conditionsOf(this.#status, nowMs) : [], nowMs);
    this.#icon.show(
      this.#book.worst,
      this.#book.count('active'),
      this.#page?.title ?? '',
      hello?.experiment ?? '',
    );
    this.#page?.update();
    if (hello && hello.version !== version && this.#idle.is) this.#reloadFor(hello.version);
  }

  /** Once for each version: what a proxy keeps must not make the page reload for ever. */
  #reloadFor(version: string): void {
    if (remembered('reloaded-for') === version) return;
    remember('reloaded-for', version);
    location.reload();
  }
}

/** What a shift begins with stands first; the others as the gateway gives them. */
const firstFirst = (boards: readonly BoardEntry[]): BoardEntry[] =>
  boards.toSorted((a, b) => Number(b.uid === FIRST) - Number(a.uid === FIRST));
