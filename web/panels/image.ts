import { element } from '../dom.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';

/** The newest picture of a query: its last row's `url`, a path of the gateway, with `title` below it. */
export const image: PanelKind = (panel, body) => ({
  draw({ frames }) {
    const frame = frames[0];
    const column = (name: string) => frame?.columns.findIndex(one => one.name === name) ?? -1;
    const url = frame?.values[column('url')]?.at(-1);
    const title = titleOf(frame?.values[column('title')]?.at(-1), panel.title);
    // Only ours: a page that fetches from elsewhere tells others who is watching.
    if (typeof url !== 'string' || !/^\/(?!\/)/.test(url)) {
      const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
      return body.replaceChildren(element('p', { class: 'empty' }, none));
    }
    body.replaceChildren(
      element('figure', {}, element('img', { src: url, alt: title }), element('figcaption', {}, title)),
    );
  },
  resize() {},
  destroy() {},
});

const titleOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise;
