import {
  type Annotation,
  DATA_SOURCE_TYPE,
  type Dashboard,
  type Panel,
  SCHEMA_VERSION,
  type Variable,
} from '../model.ts';
import type { PanelSpec } from './panels.ts';
import { DATA_SOURCE_VARIABLE, dataSource } from './target.ts';

/** Widths of Grafana's grid, from left to right. */
const COLUMNS = 24;

/** Panels side by side; each takes the given columns. */
export interface Row {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: PanelSpec])[];
}

export const row = (height: number, ...panels: Row['panels']): Row => ({ height, panels });

export interface BoardSpec {
  /** Part of every link to it: never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly range: string;
  readonly refresh: string;
  readonly variables?: readonly Variable[];
  readonly annotations?: readonly Annotation[];
  readonly rows: readonly Row[];
}

/** Lays the rows out from top to bottom. */
function place(rows: readonly Row[]): readonly Panel[] {
  let y = 0;
  return rows.flatMap(({ height, panels }) => {
    let x = 0;
    const placed = panels.map(([w, panel]) => {
      const gridPos = { x, y, w, h: height };
      x += w;
      return { ...panel, gridPos };
    });
    if (x !== COLUMNS) throw new Error(`a row at ${y} is ${x} columns wide, not ${COLUMNS}`);
    y += height;
    return placed;
  });
}

const dataSourceVariable: Variable = {
  name: DATA_SOURCE_VARIABLE,
  label: 'Store',
  type: 'datasource',
  query: DATA_SOURCE_TYPE,
  current: {},
  options: [],
  hide: 0,
  regex: '',
  refresh: 1,
};

const TAG = 'spillway';

/** A drop-down of all our boards that takes time range and variables along. */
const toOthers = {
  title: 'Boards',
  type: 'dashboards',
  tags: [TAG],
  asDropdown: true,
  includeVars: true,
  keepTime: true,
  targetBlank: false,
  icon: 'external link',
  tooltip: '',
  url: '',
};

export function board(spec: BoardSpec): Dashboard {
  const { uid, title, description, range, refresh, variables = [], annotations = [], rows } = spec;
  return {
    uid,
    title,
    description,
    tags: [TAG],
    id: null,
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    timezone: 'utc',
    graphTooltip: 1,
    refresh,
    time: { from: range, to: 'now' },
    templating: { list: [dataSourceVariable, ...variables] },
    annotations: { list: annotations },
    links: [toOthers],
    panels: place(rows),
  };
}

/** A variable whose values come from the store: one column, or value and label. */
export const queried = (
  name: string,
  label: string,
  rawSql: string,
  first: string | readonly string[],
  { multi = false, description = '' }: { multi?: boolean; description?: string } = {},
): Variable => ({
  name,
  label,
  description,
  type: 'query',
  query: { refId: name, queryType: 'sql', rawSql },
  datasource: dataSource,
  current: { text: first, value: first },
  options: [],
  multi,
  includeAll: false,
  refresh: 1,
  sort: 0,
  hide: 0,
  regex: '',
});

export const linkTo = (uid: string, title: string) => ({
  title,
  url: `/d/${uid}?\${__url_time_range}&\${${DATA_SOURCE_VARIABLE}:queryparam}`,
});
