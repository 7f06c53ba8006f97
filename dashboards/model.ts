/**
 * The part of Grafana's classic dashboard JSON (schema version 41) that our boards keep to, so that Grafana 11 to 13
 * and our own page draw the same file. docs/dashboards.md lists it; anything else is not written by the builders.
 */

export const SCHEMA_VERSION = 41;
export const DATA_SOURCE_TYPE = 'grafana-clickhouse-datasource';

/** Colours by name, as Grafana knows them; grey and blue are states, green is never an alarm. */
export type Color =
  | 'green'
  | 'blue'
  | 'light-blue'
  | 'yellow'
  | 'orange'
  | 'red'
  | 'dark-red'
  | 'purple'
  | 'semi-dark-purple'
  | 'text'
  | 'transparent'
  | 'gray';

export interface DataSourceRef {
  readonly type: typeof DATA_SOURCE_TYPE;
  /** A variable, so that a board works with a source of any name. */
  readonly uid: string;
}

/** What a query yields: time first and sorted, or rows as they are. */
export const Format = { timeSeries: 0, table: 1 } as const;
export type Format = (typeof Format)[keyof typeof Format];

export interface Target {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly editorType: 'sql';
  readonly queryType: 'timeseries' | 'table';
  readonly format: Format;
  readonly rawSql: string;
}

export interface GridPosition {
  /** Of 24 columns. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** In rows of 38 pixels. */
  readonly h: number;
}

export interface Threshold {
  readonly value: number | null;
  readonly color: Color;
}

/** How values are shown as words. */
export type Mapping =
  | {
      readonly type: 'value';
      readonly options: Readonly<
        Record<string, { readonly text: string; readonly color?: Color; readonly index: number }>
      >;
    }
  | {
      readonly type: 'special';
      readonly options: {
        readonly match: 'null' | 'nan';
        readonly result: { readonly text: string; readonly color?: Color };
      };
    };

export interface FieldDefaults {
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Shown when there are no rows: a panel without it must have rows. */
  readonly noValue?: string;
  readonly color?: { readonly mode: string; readonly fixedColor?: Color };
  readonly thresholds?: { readonly mode: 'absolute'; readonly steps: readonly Threshold[] };
  readonly mappings?: readonly Mapping[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface Override {
  readonly matcher: { readonly id: 'byName' | 'byRegexp'; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export const PanelType = {
  timeSeries: 'timeseries',
  stat: 'stat',
  table: 'table',
  heatMap: 'heatmap',
  stateTimeline: 'state-timeline',
  text: 'text',
} as const;
export type PanelType = (typeof PanelType)[keyof typeof PanelType];

/** Which of the gateway's pictures a text panel shows on our own page; Grafana does not know it. */
export interface DisplayOptions {
  /** As it is called in its runs, e.g. `lime`, or a variable of the board: `${detector}`. */
  readonly detector: string;
  readonly kind: 'event' | 'waveforms';
}

export interface Panel {
  readonly id: number;
  readonly type: PanelType;
  readonly title: string;
  readonly description: string;
  readonly gridPos: GridPosition;
  readonly datasource: DataSourceRef;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly Override[] };
  readonly options: Readonly<Record<string, unknown>>;
  /** Shortest time between two points, e.g. `1m`. */
  readonly interval?: string;
  /** Most points; else as many as the panel is wide. */
  readonly maxDataPoints?: number;
  readonly links?: readonly Link[];
  readonly transparent?: boolean;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly type: 'datasource' | 'query' | 'custom' | 'textbox';
  readonly query: string | { readonly refId: string; readonly queryType: 'sql'; readonly rawSql: string };
  readonly datasource?: DataSourceRef;
  readonly current: Readonly<Record<string, unknown>>;
  readonly options: readonly unknown[];
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly refresh?: 1 | 2;
  readonly sort?: number;
  readonly hide: 0 | 2;
  readonly regex?: string;
}

export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly hide: boolean;
  readonly iconColor: Color;
  readonly datasource: DataSourceRef;
  readonly target: Target;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly id: null;
  readonly schemaVersion: number;
  readonly version: number;
  readonly editable: boolean;
  readonly timezone: 'utc';
  /** 1: the crosshair is shared by all panels. */
  readonly graphTooltip: 1;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly links: readonly Readonly<Record<string, unknown>>[];
  readonly panels: readonly Panel[];
}
