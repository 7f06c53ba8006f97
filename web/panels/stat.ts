import { element } from '../dom.ts';
import { appearanceOf, display } from '../frame/appearance.ts';
import { colorClass } from '../frame/colors.ts';
import { type Figure, figuresOf } from '../frame/reduce.ts';
import type { PanelKind } from './panel-view.ts';

interface StatOptions {
  readonly reduceOptions?: { readonly calcs?: readonly string[]; readonly fields?: string };
  readonly colorMode?: string;
}

/** One or a few figures, as large as the panel allows. */
export const stat: PanelKind = (panel, body) => {
  const { reduceOptions = {}, colorMode = 'value' } = panel.options as StatOptions;
  const figure = ({ name, value }: Figure, nowMs: number, alone: boolean): HTMLElement => {
    const appearance = appearanceOf(panel, name);
    const { text, unit, color } = display(value, appearance, nowMs);
    const background = colorMode === 'background' ? `background ${colorClass(color)}` : '';
    const tone = colorMode === 'value' ? colorClass(color) : '';
    const made = element(
      'div',
      { class: `figure ${background}` },
      !alone && element('span', { class: 'name' }, appearance.displayName ?? name),
      element('span', { class: `value ${tone}` }, text, unit !== '' && element('small', {}, ` ${unit}`)),
    );
    // The style sheet makes it as large as its characters allow; the unit's are half as large.
    made.style.setProperty('--characters', String(text.length + unit.length / 2));
    return made;
  };
  return {
    draw({ frames, nowMs }) {
      const { calcs = ['lastNotNull'], fields = '' } = reduceOptions;
      const figures = figuresOf(frames, { calcs, fields });
      const nothing: Figure = { name: '', value: null, history: [] };
      const noValue = panel.fieldConfig.defaults.noValue;
      const shown =
        figures.length > 0
          ? figures.map(one => figure(one, nowMs, figures.length === 1))
          : [
              noValue === undefined
                ? figure(nothing, nowMs, true)
                : element('div', { class: 'figure' }, element('span', { class: 'value' }, noValue)),
            ];
      body.replaceChildren(element('div', { class: 'figures' }, ...shown));
    },
    resize() {},
    destroy() {},
  };
};
