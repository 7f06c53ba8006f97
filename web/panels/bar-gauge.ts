import { element } from '../dom.ts';
import { appearanceOf, display } from '../frame/appearance.ts';
import { colorClass } from '../frame/colors.ts';
import { figuresOf } from '../frame/reduce.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';

interface BarGaugeOptions {
  readonly reduceOptions?: { readonly calcs?: readonly string[]; readonly fields?: string };
}

/** A bar for each figure, between the panel's limits or those of the figures. */
export const barGauge: PanelKind = (panel, body) => ({
  draw({ frames, nowMs }) {
    const { calcs = ['lastNotNull'], fields = '' } = (panel.options as BarGaugeOptions).reduceOptions ?? {};
    const figures = figuresOf(frames, { calcs, fields });
    if (figures.length === 0) {
      const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
      return body.replaceChildren(element('p', { class: 'empty' }, none));
    }
    const numbers = figures.map(({ value }) => (typeof value === 'number' ? value : 0));
    const { min = Math.min(0, ...numbers), max = Math.max(...numbers) } = panel.fieldConfig.defaults;
    const rows = figures.map(({ name, value }, index) => {
      const appearance = appearanceOf(panel, name);
      const { text, unit, color } = display(value, appearance, nowMs);
      const bar = element('i', { class: `background ${colorClass(color ?? 'blue')}` });
      const share = max > min ? ((numbers[index] ?? 0) - min) / (max - min) : 1;
      bar.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
      return element(
        'div',
        { class: 'row' },
        element('span', { class: 'name' }, appearance.displayName ?? name),
        element('div', { class: 'bars' }, bar),
        element('span', { class: 'value' }, `${text} ${unit}`),
      );
    });
    body.replaceChildren(element('div', { class: 'timeline gauge' }, ...rows));
  },
  resize() {},
  destroy() {},
});
