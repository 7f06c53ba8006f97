import { element } from '../dom.ts';
import { viridis } from '../frame/colors.ts';
import { commonScale, formatNumber } from '../frame/format.ts';
import { drawable } from '../frame/series.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';
import { ramp } from './ramp.ts';

/**
 * A table of numbers as a map, a cell for each pixel of a monitor. All numbers have one unit, that of the largest, so that
 * they can be compared; they stay in their cells for those who cannot tell the colours.
 */
export const pixelMap: PanelKind = (panel, body) => ({
  draw({ frames }) {
    const columns = (frames[0]?.values ?? []).map(values => values.map(drawable));
    const numbers = columns.flat().filter(value => value !== null);
    if (numbers.length === 0) {
      const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
      return body.replaceChildren(element('p', { class: 'empty' }, none));
    }
    const low = numbers.reduce((a, b) => Math.min(a, b));
    const high = numbers.reduce((a, b) => Math.max(a, b));
    const { unit = 'none' } = panel.fieldConfig.defaults;
    const scale = commonScale(Math.max(Math.abs(low), Math.abs(high)), unit);
    const decimals = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(high * scale.factor) || 1)));
    const text = (value: number) => (value * scale.factor).toFixed(Math.min(decimals, 6));
    const lines = Array.from({ length: columns[0]?.length ?? 0 }, (_, row) =>
      element('tr', {}, ...columns.map(values => pixel(values[row] ?? null, text, low, high))),
    );
    const shown = (value: number) => {
      const { text, unit: own } = formatNumber(value, unit);
      return `${text} ${own}`.trim();
    };
    body.replaceChildren(
      element('table', { class: 'pixels', 'aria-label': panel.title }, element('tbody', {}, ...lines)),
      element(
        'div',
        { class: 'legend' },
        ramp(shown(low), shown(high)),
        element('span', {}, scale.unit && `in ${scale.unit}`),
      ),
    );
  },
  resize() {},
  destroy() {},
});

function pixel(
  value: number | null,
  text: (value: number) => string,
  low: number,
  high: number,
): HTMLElement {
  if (value === null) return element('td', {}, '–');
  const cell = element('td', {}, text(value));
  const [red, green, blue] = viridis(high > low ? (value - low) / (high - low) : 0.5);
  cell.style.backgroundColor = `rgb(${red} ${green} ${blue})`;
  // Luma of ITU-R BT.601: black or white, whichever can be read.
  cell.style.color = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000' : '#fff';
  return cell;
}
