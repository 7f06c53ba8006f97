import type { Panel } from '../../dashboards/model.ts';
import type { Frame, Region } from '../../protocol/panel-query.ts';
import type { DisplayBook } from '../displays/display-book.ts';

/** What a panel draws. */
export interface PanelInput {
  readonly frames: readonly Frame[];
  readonly regions: readonly Region[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** What a panel may ask of its board. */
export interface PanelContext {
  /** Somebody has marked a time range in a plot. */
  zoom(fromMs: number, toMs: number): void;
  /** Plots of one key share their crosshair. */
  readonly crosshair: string;
  /** A link of the panel with the present time range in it. */
  link(url: string): string;
  /** A text with the values of the board's variables in it; nothing where a variable has none. */
  fill(text: string): string;
  /** Pictures for people, as they come. */
  readonly displays: DisplayBook;
  /** The server's time, ms since 1970. */
  readonly clock: () => number;
}

/** A drawn panel. */
export interface PanelView {
  draw(input: PanelInput): void;
  /** Its element has another size, or the colours have changed. */
  resize(): void;
  destroy(): void;
}

/** Makes a panel's view within its element. */
export type PanelKind = (panel: Panel, body: HTMLElement, context: PanelContext) => PanelView;

/** Shown in place of a plot that has nothing to show. */
export const EMPTY = 'no data in this time range';
