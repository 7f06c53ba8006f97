import type { Frame } from '../../protocol/panel-query.ts';
import { element } from '../dom.ts';
import { type Appearance, appearanceOf, display } from '../frame/appearance.ts';
import { colorClass, lineColor } from '../frame/colors.ts';
import { asText, isoTime } from '../frame/format.ts';
import { EMPTY, type PanelKind } from './panel-view.ts';

/** A time during which a row had one value. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly value: unknown;
}

/** By row name, in the order in which rows first appear. */
export type Timeline = ReadonlyMap<string, readonly Stretch[]>;

/** A value lasts until the next one of its row, or the end of the range; null ends it. Equal neighbours are one stretch. */
export function timelineOf(frames: readonly Frame[], toMs: number): Timeline {
  const points = new Map<string, [number, unknown][]>();
  for (const { columns, values } of frames) {
    const time = columns.findIndex(({ type }) => type === 'time');
    if (time < 0) continue;
    const others = columns.flatMap((column, index) => (index === time ? [] : [{ ...column, index }]));
    const named = others.length > 1 && others.some(({ type }) => type === 'string');
    const label = named ? others.find(({ type }) => type === 'string') : undefined;
    const states = others.filter(({ index }) => index !== label?.index);
    for (const [row, at] of (values[time] ?? []).entries()) {
      for (const { name, index } of states) {
        const key = label ? String(values[label.index]?.[row]) : name;
        const list = points.get(key) ?? [];
        list.push([Number(at), values[index]?.[row] ?? null]);
        points.set(key, list);
      }
    }
  }
  return new Map([...points].map(([name, list]) => [name, stretches(list, toMs)]));
}

function stretches(points: readonly [number, unknown][], toMs: number): Stretch[] {
  const list: Stretch[] = [];
  for (const [index, [fromMs, value]] of points.entries()) {
    const end = points[index + 1]?.[0] ?? toMs;
    const last = list.at(-1);
    if (value === null) continue;
    if (last && last.value === value && last.toMs === fromMs) list[list.length - 1] = { ...last, toMs: end };
    else list.push({ fromMs, toMs: end, value });
  }
  return list;
}

/** One row per actor or alarm, a bar for each state it was in. */
export const stateTimeline: PanelKind = (panel, body) => {
  // It stays when its rows change: whoever has scrolled it is left there.
  const list = element('div', { class: 'timeline', role: 'list' });
  return {
    draw({ frames, fromMs, toMs, nowMs }) {
      const timeline = timelineOf(frames, Math.min(toMs, nowMs));
      if (timeline.size === 0) {
        const none = panel.fieldConfig.defaults.noValue ?? EMPTY;
        return body.replaceChildren(element('p', { class: 'empty' }, none));
      }
      const share = (ms: number) =>
        `${(100 * (Math.min(toMs, Math.max(fromMs, ms)) - fromMs)) / (toMs - fromMs)}%`;
      // Words without a colour of the board's are told apart by the colours of lines.
      const words = [...new Set([...timeline.values()].flat().map(({ value }) => asText(value)))].toSorted();
      const bar = (stretch: Stretch, appearance: Appearance): HTMLElement | undefined => {
        const { text, color } = display(stretch.value, appearance, nowMs);
        if (color === 'transparent') return undefined;
        const spoken = `${text}, ${isoTime(stretch.fromMs)} to ${isoTime(stretch.toMs)}`;
        const made = element(
          'i',
          { class: `background ${colorClass(color)}`, title: spoken, role: 'img', 'aria-label': spoken },
          element('b', {}, text),
        );
        if (color === undefined) {
          const line = lineColor(words.indexOf(asText(stretch.value)));
          made.style.backgroundColor = `color-mix(in srgb, ${line} 45%, var(--surface))`;
        }
        made.style.left = share(stretch.fromMs);
        made.style.width = `calc(${share(stretch.toMs)} - ${share(stretch.fromMs)})`;
        return made;
      };
      const rows = [...timeline].map(([name, list]) => {
        const appearance = appearanceOf(panel, name);
        return element(
          'div',
          { class: 'row', role: 'listitem' },
          element('span', { class: 'name' }, appearance.displayName ?? name),
          element('div', { class: 'bars' }, ...list.map(stretch => bar(stretch, appearance))),
        );
      });
      list.replaceChildren(...rows);
      if (!list.isConnected) body.replaceChildren(list);
    },
    resize() {},
    destroy() {},
  };
};
