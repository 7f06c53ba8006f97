import { element } from '../dom.ts';
import { asText } from '../frame/format.ts';
import type { PanelKind } from './panel-view.ts';

/** Words of the board's author. Markdown is shown as it is written, in paragraphs: nothing in it becomes markup. */
export const text: PanelKind = (panel, body) => {
  const content = asText(panel.options['content']);
  return {
    draw() {
      const paragraphs = content.split(/\n{2,}/).map(paragraph => element('p', {}, paragraph));
      body.replaceChildren(element('div', { class: 'text' }, ...paragraphs));
    },
    resize() {},
    destroy() {},
  };
};
