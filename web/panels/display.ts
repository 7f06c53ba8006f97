import type { DisplayOptions, Panel } from '../../dashboards/model.ts';
import { openDialog } from '../app/dialog.ts';
import { DisplayFigure } from '../displays/display-figure.ts';
import { type Leafing, leaf, lookedAt, NEWEST } from '../displays/leafing.ts';
import { element } from '../dom.ts';
import type { PanelContext, PanelKind, PanelView } from './panel-view.ts';

/** What `eventDisplayPanel` of the boards writes for this page, beside the words for Grafana; undefined for other text panels. */
export function displayOptions({ options }: Pick<Panel, 'options'>): DisplayOptions | undefined {
  const given = options['display'] as Partial<DisplayOptions> | undefined;
  return typeof given?.detector === 'string' && (given.kind === 'event' || given.kind === 'waveforms')
    ? { detector: given.detector, kind: given.kind }
    : undefined;
}

/** The latest picture of a detector as it comes, and those before it by the arrow keys. */
export const display =
  (options: DisplayOptions): PanelKind =>
  (panel, body, context) =>
    new DisplayView(options, panel.title, body, context);

class DisplayView implements PanelView {
  readonly #options: DisplayOptions;
  readonly #title: string;
  readonly #body: HTMLElement;
  readonly #context: PanelContext;
  readonly #figure: DisplayFigure;
  readonly #empty = element('p', { class: 'empty' }, 'no picture yet');
  readonly #stop: () => void;
  #large: { readonly figure: DisplayFigure; readonly dialog: HTMLDialogElement } | undefined;
  #leafing: Leafing = NEWEST;

  constructor(options: DisplayOptions, title: string, body: HTMLElement, context: PanelContext) {
    this.#options = options;
    this.#title = title;
    this.#body = body;
    this.#context = context;
    this.#figure = new DisplayFigure({ leaf: by => this.#leaf(by), enlarge: () => this.#enlarge() });
    this.#stop = context.displays.listen(() => this.draw());
  }

  draw(): void {
    const list = this.#list;
    const seen = lookedAt(this.#leafing, list);
    if (!seen) {
      this.#put(this.#empty);
      return;
    }
    for (const figure of [this.#figure, this.#large?.figure])
      figure?.show(seen.caption, seen.place, list.length, this.#context.clock());
    this.#put(this.#figure.element);
  }

  resize(): void {}

  destroy(): void {
    this.#stop();
    this.#large?.dialog.close();
  }

  get #list() {
    const { detector, kind } = this.#options;
    return this.#context.displays.list(this.#context.fill(detector), kind);
  }

  /** What has the focus keeps it. */
  #put(child: HTMLElement): void {
    if (this.#body.firstChild !== child) this.#body.replaceChildren(child);
  }

  #leaf(by: number): void {
    this.#leafing = leaf(this.#leafing, this.#list, by);
    this.draw();
  }

  #enlarge(): void {
    const figure = new DisplayFigure({ leaf: by => this.#leaf(by) });
    const dialog = openDialog(this.#title, figure.element);
    dialog.classList.add('large');
    dialog.addEventListener('close', () => {
      this.#large = undefined;
    });
    this.#large = { figure, dialog };
    this.draw();
  }
}
