import { element } from '../dom.ts';
import { barGauge } from './bar-gauge.ts';
import { heatMap } from './heat-map.ts';
import { image } from './image.ts';
import type { PanelKind } from './panel-view.ts';
import { stat } from './stat.ts';
import { stateTimeline } from './state-timeline.ts';
import { table } from './table.ts';
import { text } from './text.ts';
import { timeSeries } from './time-series.ts';

const KINDS: Readonly<Record<string, PanelKind>> = {
  timeseries: timeSeries,
  stat,
  table,
  heatmap: heatMap,
  'state-timeline': stateTimeline,
  bargauge: barGauge,
  text,
  image,
};

/** How a type of panel is drawn; one that is not known says so, and the rest of its board goes on. */
export const panelKind = (type: string): PanelKind =>
  (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ??
  ((_panel, body) => ({
    draw: () =>
      body.replaceChildren(element('p', { class: 'empty' }, `this page cannot draw a panel of type ${type}`)),
    resize() {},
    destroy() {},
  }));
