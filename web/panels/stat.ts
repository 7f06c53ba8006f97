import { element } from '../dom.ts';
import { appearanceOf, display } from '../frame/appearance.ts';
import { colorClass } from '../frame/colors.ts';
import { type Figure, figuresOf } from '../frame/reduce.ts';
import { family, textWidth } from '../frame/text-width.ts';
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
    // The style sheet makes it as large as its width allows; the unit is set at 0.45 of the size.
    const font = `600 100px ${family()}`;
    const width = (textWidth(text, font) + 0.45 * textWidth(unit === '' ? '' : ` ${unit}`, font)) / 100;
    made.style.setProperty('--width', String(Math.max(1, width)));
    return made;
  };
  const said = (words: string): HTMLElement => {
    const made = element('div', { class: 'figure' }, element('span', { class: 'value' }, words));
    made.style.setProperty('--width', String(Math.max(1, textWidth(words, `600 100px ${family()}`) / 100)));
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
          : [noValue === undefined ? figure(nothing, nowMs, true) : said(noValue)];
      body.replaceChildren(element('div', { class: 'figures' }, ...shown));
    },
    resize() {},
    destroy() {},
  };
};
