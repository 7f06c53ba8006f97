import {
  type Color,
  type FieldDefaults,
  type Link,
  type Mapping,
  type Override,
  type Panel,
  PanelType,
  type Threshold,
} from '../model.ts';
import { dataSource, rows, series } from './target.ts';

/** A panel before it has its place on a board. */
export type PanelSpec = Omit<Panel, 'gridPos'>;

interface Common {
  /** Never changes once published: links, alert rules and bookmarks name it. */
  readonly id: number;
  readonly title: string;
  /** What it shows, what is normal, where it comes from. */
  readonly description: string;
  /** Grafana's name of the unit, e.g. `lengthmm`, or `suffix:E12`. */
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly thresholds?: readonly Threshold[];
  readonly mappings?: readonly Mapping[];
  readonly overrides?: readonly Override[];
  readonly links?: readonly Link[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
}

const fieldsOf = (common: Common, more: Partial<FieldDefaults>): Panel['fieldConfig'] => {
  const { unit, decimals, min, max, noValue, thresholds, mappings, overrides = [] } = common;
  return {
    defaults: {
      ...(unit !== undefined && { unit }),
      ...(decimals !== undefined && { decimals }),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(noValue !== undefined && { noValue }),
      thresholds: { mode: 'absolute', steps: thresholds ?? [{ value: null, color: 'text' }] },
      ...(mappings && { mappings }),
      ...more,
    },
    overrides,
  };
};

const panel = (
  type: PanelType,
  common: Common,
  targets: Panel['targets'],
  defaults: Partial<FieldDefaults>,
  options: Panel['options'],
): PanelSpec => {
  const { id, title, description, links, interval, maxDataPoints } = common;
  return {
    id,
    type,
    title,
    description,
    datasource: dataSource,
    ...(interval !== undefined && { interval }),
    ...(maxDataPoints !== undefined && { maxDataPoints }),
    ...(links && { links }),
    targets,
    fieldConfig: fieldsOf(common, defaults),
    options,
  };
};

/** Bounds of normal running, drawn as a shaded area and used nowhere else: alarms have rules of their own. */
export const outside = (low: number, high: number, color: Color = 'red'): readonly Threshold[] => [
  { value: null, color },
  { value: low, color: 'transparent' },
  { value: high, color },
];

interface Drawn extends Common {
  readonly queries: readonly string[];
  readonly style?: 'line' | 'points' | 'bars' | 'steps';
  readonly fill?: number;
  readonly stack?: boolean;
  readonly legend?: 'list' | 'table' | 'hidden';
  readonly axisLabel?: string;
  /** Draws the thresholds behind the series. */
  readonly showThresholds?: boolean;
  /** Longest hole that is bridged, in ms; points of slow series lie far apart. */
  readonly bridgeMs?: number;
}

export function timeSeries(drawn: Drawn): PanelSpec {
  const { queries, style = 'line', fill = 0, stack = false, legend = 'list', axisLabel = '' } = drawn;
  const custom = {
    drawStyle: style === 'points' || style === 'bars' ? style : 'line',
    lineInterpolation: style === 'steps' ? 'stepAfter' : 'linear',
    lineWidth: 1,
    fillOpacity: style === 'bars' ? 60 : fill,
    pointSize: 4,
    showPoints: style === 'points' ? 'always' : 'auto',
    spanNulls: drawn.bridgeMs ?? false,
    axisLabel,
    stacking: { mode: stack ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: drawn.showThresholds ? 'area' : 'off' },
  };
  return panel(
    PanelType.timeSeries,
    drawn,
    series(...queries),
    { color: { mode: 'palette-classic' }, custom },
    {
      legend: {
        showLegend: legend !== 'hidden',
        displayMode: legend === 'table' ? 'table' : 'list',
        placement: legend === 'table' ? 'right' : 'bottom',
        calcs: legend === 'table' ? ['lastNotNull', 'min', 'max'] : [],
      },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  );
}

type Look = Omit<Drawn, 'id' | 'title' | 'description' | 'unit' | 'queries'>;

/** Makes panels of one query that look alike: `common` is for all of them, the last argument for one. */
export const seriesLike =
  (common: Look) =>
  (id: number, title: string, description: string, unit: string, query: string, more: Look = {}): PanelSpec =>
    timeSeries({ ...common, ...more, id, title, description, unit, queries: [query] });

interface Big extends Common {
  readonly query: string;
  /** What is coloured, if anything: colour is for what is not normal. */
  readonly colored?: 'background' | 'value' | 'none';
  /** Shows the text column instead of numbers. */
  readonly text?: boolean;
}

export function stat(big: Big): PanelSpec {
  return panel(
    PanelType.stat,
    big,
    rows(big.query),
    { color: { mode: 'thresholds' } },
    {
      reduceOptions: { calcs: ['lastNotNull'], fields: big.text ? '/.*/' : '', values: false },
      colorMode: big.colored ?? 'background',
      graphMode: 'none',
      textMode: 'auto',
      justifyMode: 'center',
    },
  );
}

interface Tabular extends Common {
  readonly query: string;
  readonly header?: boolean;
}

export function table(tabular: Tabular): PanelSpec {
  return panel(
    PanelType.table,
    tabular,
    rows(tabular.query),
    { color: { mode: 'thresholds' }, custom: { align: 'auto', filterable: false } },
    { showHeader: tabular.header ?? true, cellHeight: 'sm', footer: { show: false } },
  );
}

/** Pixels as a table whose cells are coloured by their value; each row of the query is a row of pixels. */
export function pixelMap(tabular: Tabular): PanelSpec {
  return panel(
    PanelType.table,
    tabular,
    rows(tabular.query),
    {
      color: { mode: 'continuous-BlPu' },
      custom: { align: 'center', cellOptions: { type: 'color-background', mode: 'basic' }, minWidth: 20 },
    },
    { showHeader: false, cellHeight: 'sm', footer: { show: false } },
  );
}

/** Time by row: each column but the first is one row of the map, the first of them lowest. */
export function heatMap(drawn: Common & { readonly query: string; readonly axisLabel: string }): PanelSpec {
  return panel(
    PanelType.heatMap,
    drawn,
    series(drawn.query),
    {},
    {
      calculate: false,
      rowsFrame: { layout: 'auto' },
      color: { mode: 'scheme', scheme: 'Viridis', steps: 64, reverse: false },
      cellGap: 0,
      yAxis: { axisLabel: drawn.axisLabel, axisPlacement: 'left', ...(drawn.unit && { unit: drawn.unit }) },
      legend: { show: true },
      tooltip: { mode: 'single', yHistogram: false },
    },
  );
}

/** One lane per series, coloured by the mapping of its value. */
export function stateTimeline(drawn: Common & { readonly query: string }): PanelSpec {
  return panel(
    PanelType.stateTimeline,
    drawn,
    series(drawn.query),
    { color: { mode: 'thresholds' }, custom: { fillOpacity: 80, lineWidth: 0, insertNulls: false } },
    {
      mergeValues: true,
      showValue: 'never',
      alignValue: 'left',
      rowHeight: 0.8,
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'single', sort: 'none' },
    },
  );
}

/** `words({ 1: ['running', 'green'] })` */
export const words = (by: Readonly<Record<string, readonly [text: string, color?: Color]>>): Mapping => ({
  type: 'value',
  options: Object.fromEntries(
    Object.entries(by).map(([value, [text, color]], index) => [
      value,
      { text, ...(color && { color }), index },
    ]),
  ),
});

/** Settings of one column by its name. */
export const column = (name: string, properties: Readonly<Record<string, unknown>>): Override => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});
