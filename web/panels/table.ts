import type { Panel } from '../../dashboards/model.ts';
import type { Frame } from '../../protocol/panel-query.ts';
import { element } from '../dom.ts';
import { appearanceOf, display, displayTime } from '../frame/appearance.ts';
import { colorClass } from '../frame/colors.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';
import { pixelMap } from './pixel-map.ts';

/** More rows are a matter for the store's own tools. */
const MOST_ROWS = 1000;

interface CellStyle {
  readonly type?: string;
}

/** Rows as they came; a table of numbers with a continuous colour is a map of pixels. */
export const table: PanelKind = (panel, body, context) => {
  if (panel.fieldConfig.defaults.color?.mode.startsWith('continuous') === true)
    return pixelMap(panel, body, context);
  // It stays when its rows change: whoever has scrolled it, or tabbed to it, is left there.
  const scroll = element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': panel.title });
  return {
    draw({ frames, nowMs }) {
      const frame = frames[0];
      const rows = frame?.values[0]?.length ?? 0;
      if (!frame || rows === 0) {
        const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
        return body.replaceChildren(element('p', { class: 'empty' }, none));
      }
      const lines = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) =>
        element('tr', {}, ...frame.columns.map((_, column) => cell(panel, frame, column, row, nowMs))),
      );
      const more = rows > MOST_ROWS && element('caption', {}, `the first ${MOST_ROWS} of ${rows} rows`);
      const showHeader = panel.options['showHeader'] !== false;
      scroll.replaceChildren(
        element('table', {}, more, showHeader && head(panel, frame), element('tbody', {}, ...lines)),
      );
      if (!scroll.isConnected) body.replaceChildren(scroll);
    },
    resize() {},
    destroy() {},
  };
};

const head = (panel: Panel, frame: Frame): HTMLElement =>
  element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...frame.columns.map(({ name, type }) =>
        element('th', { scope: 'col', class: type }, appearanceOf(panel, name).displayName ?? name),
      ),
    ),
  );

function cell(panel: Panel, frame: Frame, column: number, row: number, nowMs: number): HTMLElement {
  const { name, type } = frame.columns[column] ?? { name: '', type: 'string' };
  const value = frame.values[column]?.[row];
  const appearance = appearanceOf(panel, name);
  const isTime = type === 'time' && appearance.unit !== 'dateTimeFromNow';
  const { text, unit, color } = isTime
    ? { text: displayTime(value), unit: '', color: undefined }
    : display(value, appearance, nowMs);
  const style = (appearance.custom?.['cellOptions'] as CellStyle | undefined)?.type;
  const kinds: Readonly<Record<string, string>> = { 'color-background': 'background', 'color-text': 'value' };
  const painted =
    style !== undefined && Object.hasOwn(kinds, style) ? `${kinds[style]} ${colorClass(color)}` : '';
  return element('td', { class: `${type} ${painted}` }, unit === '' ? text : `${text} ${unit}`);
}
