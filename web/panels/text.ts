import { element } from '../dom.ts';
import { asText } from '../frame/format.ts';
import { display, displayOptions } from './display.ts';
import type { PanelKind } from './panel-view.ts';

/**
 * Words of the board's author. Markdown is shown as it is written, in paragraphs: nothing in it becomes markup. A panel that is to
 * show one of the gateway's pictures says which, and has the words for Grafana only.
 */
export const text: PanelKind = (panel, body, context) => {
  const picture = displayOptions(panel);
  if (picture) return display(picture)(panel, body, context);
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
