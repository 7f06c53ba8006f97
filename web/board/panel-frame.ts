import type { Panel } from '../../dashboards/model.ts';
import type { PanelData, Region } from '../../protocol/panel-query.ts';
import { element, safeLink, setText } from '../dom.ts';
import type { PanelContext, PanelView } from '../panels/panel-view.ts';
import { panelKind } from '../panels/panels.ts';

/** A panel on its board: title, description, what went wrong, and the drawing itself. */
export class PanelFrame {
  readonly panel: Panel;
  readonly element: HTMLElement;
  readonly #body = element('div', { class: 'body' });
  readonly #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  readonly #title: HTMLElement;
  readonly #context: PanelContext;
  readonly #view: PanelView;
  readonly #sizes: ResizeObserver;
  /** Whether it can be seen, or nearly so: others are not asked for. */
  visible = false;
  /** When it last asked, in the time of `performance.now()`; undefined: never for the present range. */
  askedAt: number | undefined;
  /** The store has more than what is drawn. */
  outdated = false;
  /** The last answer was none. */
  failed = false;

  constructor(panel: Panel, context: PanelContext) {
    this.panel = panel;
    this.#context = context;
    this.#title = element(panel.links?.length ? 'a' : 'span', {}, panel.title);
    this.element = element(
      'section',
      { class: `panel ${panel.type}`, 'aria-label': panel.title, 'data-panel': panel.id },
      element('h2', { title: panel.description }, this.#title),
      this.#problem,
      this.#body,
    );
    const { x, y, w, h } = panel.gridPos;
    this.element.style.setProperty('--column', `${x + 1} / span ${w}`);
    this.element.style.setProperty('--row', `${y + 1} / span ${h}`);
    this.element.style.setProperty('--rows', String(h));
    this.#view = panelKind(panel.type)(panel, this.#body, context);
    this.#sizes = new ResizeObserver(() => this.#view.resize());
    this.#sizes.observe(this.#body);
  }

  /** Width of the drawing in pixels: how many points it can show. */
  get width(): number {
    return Math.round(Math.min(4000, Math.max(100, this.#body.clientWidth)));
  }

  draw(
    data: PanelData,
    range: { fromMs: number; toMs: number },
    regions: readonly Region[],
    nowMs: number,
  ): void {
    const errors = data.frames.flatMap(({ refId, error }) =>
      error === undefined ? [] : [`${refId}: ${error}`],
    );
    if (data.frames.some(({ truncated }) => truncated)) errors.push('too many rows: not all are shown');
    this.say(errors.join('\n'));
    this.#pointTo();
    try {
      this.#view.draw({ frames: data.frames, regions, ...range, nowMs });
    } catch (thrown) {
      // One panel that cannot be drawn must not take its board with it.
      this.say(`cannot be drawn: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }

  /** The title leads to more about what the panel shows, for the same time. */
  #pointTo(): void {
    const [first] = this.panel.links ?? [];
    const url = first && safeLink(this.#context.link(first.url));
    if (url === undefined) return;
    this.#title.setAttribute('href', url);
    this.#title.title = first?.title ?? '';
  }

  /** Shows what is wrong above the last good drawing; nothing for an empty text. */
  say(problem: string): void {
    setText(this.#problem, problem);
    this.#problem.hidden = problem === '';
  }

  recolor(): void {
    this.#view.resize();
    this.askedAt = undefined;
  }

  destroy(): void {
    this.#sizes.disconnect();
    this.#view.destroy();
    this.element.remove();
  }
}
