import type { ServerMessage } from '../../protocol/live.ts';
import { AlarmBook } from '../alarms/alarm-book.ts';
import { DisplayBook } from '../displays/display-book.ts';
import { element } from '../dom.ts';
import { openMode } from '../mode/mode-dialog.ts';
import { ApiError } from '../net/answers.ts';
import type { Api } from '../net/api.ts';
import { Live } from '../net/live.ts';
import { Banners } from './banners.ts';
import { reloadFor, writeAddress } from './browser.ts';
import { Caller } from './caller.ts';
import { conditionsOf } from './conditions.ts';
import { isDialogOpen } from './dialog.ts';
import { Header } from './header.ts';
import { openHelp } from './help.ts';
import { Idle } from './idle.ts';
import { listenToKeys } from './keys.ts';
import { Pages } from './pages.ts';
import { Session } from './session.ts';
import { openSignIn, takeRefusal } from './sign-in.ts';
import { heard, initialStatus, lost, type Status } from './status.ts';
import { TabIcon } from './tab-icon.ts';
import { followTheme, toggleTheme } from './theme.ts';
import { Toasts } from './toasts.ts';

/** However much comes, the page is drawn no oftener. */
const DRAW_MS = 200;
const TICK_MS = 1000;

/** The whole page: keeps what is known, and shows it. */
export class App {
  readonly element = element('div', { class: 'app' });
  readonly #api: Api;
  readonly #book = new AlarmBook();
  readonly #displays = new DisplayBook();
  readonly #toasts = new Toasts();
  readonly #icon = new TabIcon();
  readonly #idle = new Idle();
  readonly #session: Session;
  readonly #header: Header;
  readonly #banners: Banners;
  readonly #caller: Caller;
  readonly #pages: Pages;
  #live: Live | undefined;
  /** Whose connection it is. */
  #liveFor = '';
  #status: Status;
  #drawAt: ReturnType<typeof setTimeout> | undefined;
  readonly #signIn: () => void;
  /** Why somebody comes back from the identity provider and is not signed in; told once. */
  #refused = takeRefusal();

  constructor(api: Api, version: string) {
    this.#api = api;
    this.#status = initialStatus(version, Date.now());
    this.#session = new Session(api, () => this.#sessionChanged());
    const signIn = () => {
      openSignIn({ api, done: who => this.#session.signedIn(who), refused: this.#refused });
      this.#refused = undefined;
    };
    this.#signIn = signIn;
    const toast = (text: string, className = '') => this.#toasts.say(text, className);
    this.#banners = new Banners({ reload: () => location.reload(), signIn });
    this.#caller = new Caller({ book: this.#book, clock: this.#clock, say: toast });
    this.#header = new Header({
      toggleTheme: () => {
        toggleTheme();
        this.#pages.page?.recolor?.();
      },
      toggleSound: () => this.#toggleSound(),
      signIn,
      signOut: () => void this.#signOut(),
      help: openHelp,
      mode: () => this.#showMode(),
    });
    const around = {
      api,
      book: this.#book,
      displays: this.#displays,
      clock: this.#clock,
      who: () => this.#session.who,
      write: writeAddress,
      toast,
      signIn,
      answered: (error?: unknown) => this.#answered(error),
    };
    this.#pages = new Pages({
      around,
      shown: problem => {
        this.#session.failed(problem);
        this.#draw();
      },
    });
    this.element.append(
      this.#header.element,
      this.#banners.element,
      ...this.#pages.element,
      this.#toasts.element,
    );
  }

  async start(): Promise<void> {
    followTheme(() => this.#pages.page?.recolor?.());
    listenToKeys((key, event) => this.#key(key, event));
    setInterval(() => this.#draw(), TICK_MS);
    this.#draw();
    await this.#session.begin();
    if (this.#refused !== undefined) this.#signIn();
  }

  readonly #clock = (): number => Date.now() + this.#status.offsetMs;

  /** Only somebody who may look has something to be told. */
  #sessionChanged(): void {
    const { who, expired } = this.#session;
    this.#status = { ...this.#status, expired, mayLook: who !== undefined };
    if (who) {
      const name = `${who.by} ${who.name}`;
      if (!this.#live) this.#connect();
      else if (this.#liveFor !== name) this.#live.reconnect();
      this.#liveFor = name;
      void this.#pages.load();
    } else {
      // What is drawn stays, and says of when it is; asking on would be refused for ever.
      this.#live?.close();
      this.#live = undefined;
      this.#pages.askWho();
    }
    this.#draw();
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
      onSessionOver: () => this.#session.doubt(true),
    });
  }

  #heard(message: ServerMessage): void {
    this.#status = heard(this.#status, message, Date.now());
    if (this.#book.take(message) && message.type === 'alarm') this.#caller.take(message.change);
    if (message.type === 'spill') this.#pages.page?.spill?.();
    if (message.type === 'display') this.#displays.take(message);
    // The gateway may have been away when the page was opened.
    if (message.type === 'hello') {
      void this.#pages.load();
      void this.#lookBack();
    }
    this.#drawSoon();
  }

  /** Pictures from before: the connection tells of the latest only. */
  async #lookBack(): Promise<void> {
    try {
      this.#displays.take(...(await this.#api.displays()));
    } catch (error) {
      this.#session.failed(error);
    }
  }

  #answered(error?: unknown): void {
    this.#session.failed(error);
    const isAway =
      error instanceof ApiError ? error.status >= 500 : error !== undefined && this.#status.connected;
    if (error !== undefined && !isAway) return;
    const storeProblem = error instanceof Error ? error.message : undefined;
    if (storeProblem !== this.#status.storeProblem) this.#status = { ...this.#status, storeProblem };
  }

  /** Nothing of what somebody saw stays for whoever comes next. */
  async #signOut(): Promise<void> {
    try {
      const elsewhere = await this.#session.signOut();
      if (elsewhere === undefined) location.reload();
      else location.assign(elsewhere);
    } catch (error) {
      this.#toasts.say(error instanceof Error ? error.message : String(error));
    }
  }

  #showMode(): void {
    if (isDialogOpen()) return;
    void openMode({ api: this.#api, who: this.#session.who, toast: text => this.#toasts.say(text) });
  }

  #toggleSound(): void {
    void this.#caller.toggle().then(() => this.#draw());
  }

  #key(key: string, event: KeyboardEvent): boolean {
    if (key === '?') openHelp();
    else if (key === 'm') this.#toggleSound();
    else if (key === 'g a') this.#pages.go('/alarms');
    else if (key === 'g s') this.#pages.go('/silences');
    else if (key === 'g m') this.#showMode();
    else if (/^g [1-9]$/.test(key)) this.#pages.goToBoard(Number(key.slice(2)));
    else return this.#pages.page?.key?.(event) ?? false;
    return true;
  }

  #drawSoon(): void {
    this.#drawAt ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#drawAt);
    this.#drawAt = undefined;
    const [nowMs, status, book, who] = [this.#clock(), this.#status, this.#book, this.#session.who];
    const { hello, version, expired } = status;
    const page = this.#pages.page;
    this.#caller.update();
    this.#header.update({ status, book, who, sound: this.#caller.state, nowMs });
    this.#banners.update(who || expired ? conditionsOf(status, nowMs) : [], nowMs);
    this.#icon.show(book.worst, book.count('active'), page?.title ?? '', hello?.experiment ?? '');
    page?.update();
    if (hello && hello.version !== version && this.#idle.is) reloadFor(hello.version);
  }
}
