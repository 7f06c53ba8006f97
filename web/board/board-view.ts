import type { Dashboard } from '../../dashboards/model.ts';
import type { PanelData, PanelQuery, Region } from '../../protocol/panel-query.ts';
import type { DisplayBook } from '../displays/display-book.ts';
import { element } from '../dom.ts';
import type { Api } from '../net/api.ts';
import { type Choices, choicesOf, filled } from './choices.ts';
import { isDue, STORED_MS } from './due.ts';
import { PanelFrame } from './panel-frame.ts';
import { bounds, isLive, refreshMs, type TimeRange } from './time-range.ts';
import { variablePickers } from './variables.ts';

/** A board of no more rows fits a screen of 1920 by 1080 (docs/dashboards.md), and fills larger ones. */
const ONE_SCREEN = 24;

/** Panels asked for at a time: the gateway's store has other viewers too. */
const AT_A_TIME = 6;

export interface BoardOptions {
  readonly api: Api;
  readonly board: Dashboard;
  readonly range: TimeRange;
  readonly address: URLSearchParams;
  readonly clock: () => number;
  readonly displays: DisplayBook;
  /** Another range was marked in a plot or another value chosen: the address must follow. */
  readonly onChange: (range: TimeRange, choices: Choices) => void;
  /** The store has answered; or has not, and why. */
  readonly onAnswer: (error?: unknown) => void;
  /** A link of a panel with the present range in it. */
  readonly link: (url: string) => string;
}

/** One board: its panels on a grid of 24 columns, asked for while they can be seen. */
export class BoardView {
  readonly element: HTMLElement;
  readonly #options: BoardOptions;
  readonly #frames: readonly PanelFrame[];
  readonly #seen: IntersectionObserver;
  readonly #gone = new AbortController();
  #stale = new AbortController();
  #range: TimeRange;
  #choices: Choices;
  #regions: readonly Region[] = [];
  #newsAt = Infinity;
  #asking = false;
  #again = false;

  constructor(options: BoardOptions) {
    const { board } = options;
    this.#options = options;
    this.#range = options.range;
    this.#choices = choicesOf(board, options.address);
    const context = {
      crosshair: board.uid,
      link: options.link,
      fill: (text: string) => filled(text, this.#choices),
      displays: options.displays,
      clock: options.clock,
      zoom: (fromMs: number, toMs: number) =>
        this.show({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)) }),
    };
    this.#frames = board.panels.map(panel => new PanelFrame(panel, context));
    const rows = Math.max(0, ...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    this.element = element(
      'div',
      { class: rows <= ONE_SCREEN ? 'board one-screen' : 'board' },
      ...this.#frames.map(frame => frame.element),
    );
    this.element.style.setProperty('--board-rows', String(rows));
    this.#seen = new IntersectionObserver(
      entries => {
        for (const entry of entries) {
          const frame = this.#frames.find(one => one.element === entry.target);
          if (frame) frame.visible = entry.isIntersecting;
        }
        this.refresh();
      },
      { rootMargin: '200px' },
    );
    for (const frame of this.#frames) this.#seen.observe(frame.element);
    const tick = setInterval(() => {
      const hasMore = isLive(this.#range) || this.#frames.some(({ failed }) => failed);
      if (hasMore && !document.hidden) this.refresh();
    }, 1000);
    this.#gone.signal.addEventListener('abort', () => clearInterval(tick));
  }

  get range(): TimeRange {
    return this.#range;
  }

  /** Shows another time range. */
  show(range: TimeRange): void {
    this.#range = range;
    this.#restart();
    this.#options.onChange(range, this.#choices);
  }

  choose(name: string, value: string | readonly string[]): void {
    this.#choices = { ...this.#choices, [name]: value };
    this.#restart();
    this.#options.onChange(this.#range, this.#choices);
  }

  /** Lists to choose variables from; empty when the board has none. */
  async pickers(): Promise<HTMLElement[]> {
    const { api, board } = this.#options;
    const hasQueries = board.templating.list.some(({ type }) => type === 'query');
    const options = hasQueries ? await api.variables(board.uid, this.#query(1), this.#gone.signal) : {};
    const lists = Object.fromEntries(
      Object.entries(options).map(([name, values]) => [name, [values].flat()]),
    );
    return variablePickers(board, lists, this.#choices, (name, value) => this.choose(name, value));
  }

  /** A spill came. */
  news(): void {
    if (this.#newsAt === Infinity) this.#newsAt = performance.now() + STORED_MS;
  }

  /** What can be seen and is due is asked for again. */
  refresh(): void {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    void this.#ask()
      .catch((error: unknown) => this.#options.onAnswer(error))
      .finally(() => {
        this.#asking = false;
        if (!this.#again) return;
        this.#again = false;
        this.refresh();
      });
  }

  /** The colours have changed. */
  recolor(): void {
    for (const frame of this.#frames) frame.recolor();
    this.refresh();
  }

  destroy(): void {
    this.#gone.abort();
    this.#stale.abort();
    this.#seen.disconnect();
    for (const frame of this.#frames) frame.destroy();
    this.element.remove();
  }

  #restart(): void {
    this.#stale.abort();
    this.#stale = new AbortController();
    for (const frame of this.#frames) frame.askedAt = undefined;
    this.refresh();
  }

  #query(maxDataPoints: number): PanelQuery {
    const range = bounds(this.#range, this.#options.clock());
    const variables = Object.fromEntries(
      Object.entries(this.#choices).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : [...value],
      ]),
    );
    return { ...range, maxDataPoints, variables };
  }

  async #ask(): Promise<void> {
    const { api, board } = this.#options;
    const signal = this.#stale.signal;
    const every = refreshMs(this.#query(1));
    const now = performance.now();
    const hasNews = now >= this.#newsAt;
    if (hasNews) {
      this.#newsAt = Infinity;
      for (const frame of this.#frames) frame.outdated = true;
    }
    const live = isLive(this.#range);
    const due = this.#frames.filter(frame => isDue(frame, now, live, every));
    if (due.length === 0 || this.#gone.signal.aborted) return;
    if (board.annotations.list.length > 0) {
      this.#regions = await api.annotations(board.uid, this.#query(1000), signal).catch(() => this.#regions);
    }
    const queue = due.filter(({ panel }) => panel.targets.length > 0);
    const problems: unknown[] = [];
    const asked = queue.length;
    for (const frame of due) if (!queue.includes(frame)) this.#draw(frame, { frames: [] }, this.#query(1));
    const worker = async () => {
      for (let frame = queue.shift(); frame && !signal.aborted; frame = queue.shift()) {
        const problem = await this.#askFor(frame, signal);
        if (problem !== undefined) problems.push(problem);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    // One panel without an answer is that panel's matter; all of them are the store's.
    if (!signal.aborted && asked > 0)
      this.#options.onAnswer(problems.length === asked ? problems[0] : undefined);
  }

  /** @returns why there is no answer */
  async #askFor(frame: PanelFrame, signal: AbortSignal): Promise<unknown> {
    const { api, board } = this.#options;
    frame.askedAt = performance.now();
    frame.outdated = false;
    const query = this.#query(frame.width);
    try {
      const data = await api.query(board.uid, frame.panel.id, query, signal);
      if (signal.aborted) return undefined;
      this.#draw(frame, data, query);
      const errors = data.frames.flatMap(({ error }) => error ?? []);
      frame.failed = errors.length > 0;
      return errors.length > 0 && errors.length === data.frames.length ? new Error(errors[0]) : undefined;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      frame.failed = true;
      frame.say(thrown instanceof Error ? thrown.message : String(thrown));
      return thrown;
    }
  }

  #draw(frame: PanelFrame, data: PanelData, query: PanelQuery): void {
    frame.askedAt ??= performance.now();
    frame.draw(data, query, this.#regions, this.#options.clock());
  }
}
