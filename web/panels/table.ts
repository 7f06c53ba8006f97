import type { Frame } from '../../protocol/panel-query.ts';
import { element } from '../dom.ts';
import { appearanceOf, display, displayTime } from '../frame/appearance.ts';
import { colorClass, viridis } from '../frame/colors.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';

interface CellStyle {
  readonly type?: string;
}

/** Rows as they came; a table of numbers with a continuous colour is a map of pixels. */
export const table: PanelKind = (panel, body) => {
  const showHeader = panel.options['showHeader'] !== false;
  const continuous = panel.fieldConfig.defaults.color?.mode.startsWith('continuous') === true;

  const cell = (frame: Frame, column: number, row: number, nowMs: number, range: Range): HTMLElement => {
    const { name, type } = frame.columns[column] ?? { name: '', type: 'string' };
    const value = frame.values[column]?.[row];
    const appearance = appearanceOf(panel, name);
    const isTime = type === 'time' && appearance.unit !== 'dateTimeFromNow';
    const { text, unit, color } = isTime
      ? { text: displayTime(value), unit: '', color: undefined }
      : display(value, appearance, nowMs);
    const style = appearance.custom?.['cellOptions'] as CellStyle | undefined;
    const painted =
      style?.type === 'color-background'
        ? `background ${colorClass(color)}`
        : style?.type === 'color-text'
          ? `value ${colorClass(color)}`
          : '';
    const made = element('td', { class: `${type} ${painted}` }, unit === '' ? text : `${text} ${unit}`);
    if (continuous && typeof value === 'number') paint(made, value, range);
    return made;
  };

  return {
    draw({ frames, nowMs }) {
      const frame = frames[0];
      const rows = frame?.values[0]?.length ?? 0;
      if (!frame || rows === 0) {
        const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
        return body.replaceChildren(element('p', { class: 'empty' }, none));
      }
      const head = element(
        'tr',
        {},
        ...frame.columns.map(({ name, type }) =>
          element('th', { scope: 'col', class: type }, appearanceOf(panel, name).displayName ?? name),
        ),
      );
      const range = continuous ? rangeOf(frame) : { low: 0, high: 0 };
      const lines = Array.from({ length: rows }, (_, row) =>
        element('tr', {}, ...frame.columns.map((_, column) => cell(frame, column, row, nowMs, range))),
      );
      body.replaceChildren(
        element(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': panel.title },
          element(
            'table',
            { class: continuous ? 'pixels' : '' },
            showHeader && element('thead', {}, head),
            element('tbody', {}, ...lines),
          ),
        ),
      );
    },
    resize() {},
    destroy() {},
  };
};

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(frame: Frame): Range {
  const numbers = frame.values.flat().filter((value): value is number => typeof value === 'number');
  return { low: Math.min(...numbers), high: Math.max(...numbers) };
}

/** The number stays in the cell for those who cannot tell the colours; it is black or white, whichever can be read. */
function paint(cell: HTMLElement, value: number, { low, high }: Range): void {
  const [red, green, blue] = viridis(high > low ? (value - low) / (high - low) : 0.5);
  cell.style.backgroundColor = `rgb(${red} ${green} ${blue})`;
  cell.style.color = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000' : '#fff';
}
