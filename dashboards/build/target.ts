import { DATA_SOURCE_TYPE, type DataSourceRef, Format, type Target } from '../model.ts';

/** The variable that every board chooses its data source with. */
export const DATA_SOURCE_VARIABLE = 'datasource';

export const dataSource: DataSourceRef = { type: DATA_SOURCE_TYPE, uid: `\${${DATA_SOURCE_VARIABLE}}` };

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const target = (rawSql: string, index: number, format: Format): Target => ({
  refId: LETTERS[index] ?? `Q${index}`,
  datasource: dataSource,
  editorType: 'sql',
  queryType: format === Format.timeSeries ? 'timeseries' : 'table',
  format,
  rawSql: rawSql.trim(),
});

/** Queries whose first column is the time, sorted. */
export const series = (...queries: readonly string[]): readonly Target[] =>
  queries.map((sql, index) => target(sql, index, Format.timeSeries));

/** Queries taken as they come. */
export const rows = (...queries: readonly string[]): readonly Target[] =>
  queries.map((sql, index) => target(sql, index, Format.table));
