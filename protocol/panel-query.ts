import { z } from 'zod';

/**
 * What the shift page and the gateway say to each other about boards: a query of a panel goes up by name, columns
 * come back. The SQL itself stands in the board and never travels upwards.
 */

/** A variable's value as chosen: one, several, or all there are. */
export const ALL = '$__all';
export const VariableChoice = z.union([z.string().max(1000), z.array(z.string().max(1000)).max(200)]);
export type VariableChoice = z.infer<typeof VariableChoice>;

export const PanelQuery = z.strictObject({
  fromMs: z.number().min(0).describe('begin of the range, ms since 1970'),
  toMs: z.number().min(0).describe('end of the range, ms since 1970'),
  maxDataPoints: z.int().min(1).max(10_000).default(1000).describe('width of the panel in pixels'),
  variables: z.record(z.string(), VariableChoice).default({}),
});
export type PanelQuery = z.infer<typeof PanelQuery>;

/** Times are milliseconds since 1970. NaN and infinities travel as text: "NaN", "Infinity", "-Infinity". */
export const ColumnType = z.enum(['time', 'number', 'string', 'boolean', 'array', 'map']);
export type ColumnType = z.infer<typeof ColumnType>;

/** The answer to one query of a panel, column by column. */
export const Frame = z.strictObject({
  refId: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: ColumnType })),
  values: z.array(z.array(z.unknown())).describe('one list per column, all of one length'),
  truncated: z.boolean().describe('there were more rows than the gateway gives'),
  elapsedMs: z.number(),
  rowsRead: z.number(),
  error: z.string().optional().describe('why this query has no answer, while others of the panel may'),
});
export type Frame = z.infer<typeof Frame>;

export const PanelData = z.strictObject({ frames: z.array(Frame) });
export type PanelData = z.infer<typeof PanelData>;

/** A time during which something was so: a machine mode, an alarm, a run. */
export const Region = z.strictObject({
  name: z.string().describe('of the annotation'),
  color: z.string().describe("by Grafana's name"),
  fromMs: z.number(),
  toMs: z.number().describe('equal to fromMs for a moment'),
  text: z.string(),
});
export type Region = z.infer<typeof Region>;
