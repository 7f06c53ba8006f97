import { PanelType } from '../model.ts';
import type { BoardPanel } from '../read-board.ts';
import type { Rule } from './finding.ts';
import { type Column, ColumnKind, type Result } from './result.ts';

/** What does not fit between a result and the panel that draws it. */
export type Problem = readonly [rule: Rule, message: string];

const OVER_TIME: ReadonlySet<string> = new Set([
  PanelType.timeSeries,
  PanelType.heatMap,
  PanelType.stateTimeline,
]);
const NUMBERS: ReadonlySet<string> = new Set(['gauge', 'bargauge', 'piechart', 'barchart']);

/** @param mostRows rows that can be drawn */
export function judge(panel: BoardPanel, result: Result, mostRows: number): readonly Problem[] {
  const problems: Problem[] = [];
  const { columns, rows, cut } = result;
  if (cut)
    problems.push([
      'too-many-rows',
      `gives more than ${mostRows} rows: aggregate by $__timeInterval, or LIMIT`,
    ]);
  problems.push(...namesTwice(columns));
  if (OVER_TIME.has(panel.type)) problems.push(...overTime(panel.type, columns));
  else if (panel.type === PanelType.stat || NUMBERS.has(panel.type)) problems.push(...single(panel, columns));
  else problems.push(...notDrawable(columns));
  problems.push(...notFinite(columns));
  if (rows === 0 && !panel.fieldConfig.defaults.noValue)
    problems.push(['no-rows', 'gives no rows in this range, and noValue does not say what that means']);
  return problems;
}

function namesTwice(columns: readonly Column[]): readonly Problem[] {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [['columns', `has two columns called ${twice}`]];
}

const described = ({ name, type }: Column): string => `${name} (${type})`;

function overTime(type: string, columns: readonly Column[]): readonly Problem[] {
  const [first, ...rest] = columns;
  if (!first) return [['columns', 'has no columns']];
  const problems: Problem[] = [];
  if (first.kind !== ColumnKind.time)
    problems.push(['columns', `its first column must be the time, and is ${described(first)}`]);
  for (const column of rest)
    if (column.kind === ColumnKind.other || column.kind === ColumnKind.time)
      problems.push(['columns', `${described(column)} is neither a number nor a label`]);
  const numbers = rest.filter(({ kind }) => kind === ColumnKind.number);
  const labels = rest.filter(({ kind }) => kind === ColumnKind.text);
  const least =
    type === PanelType.heatMap ? 2 : type === PanelType.stateTimeline && labels.length > 0 ? 0 : 1;
  if (numbers.length < least)
    problems.push([
      'columns',
      `needs ${least === 1 ? 'a column' : `${least} columns`} of numbers, and has ${numbers.length}`,
    ]);
  if (first.kind === ColumnKind.time) problems.push(...unsorted(first));
  return problems;
}

function unsorted({ name, values }: Column): readonly Problem[] {
  let before = '';
  for (const [index, value] of values.entries()) {
    if (value === null) return [['order', `${name} is NULL in row ${index + 1}`]];
    // Times of one column are texts of one length, or of growing precision: they sort as texts.
    if (value < before)
      return [
        ['order', `${name} goes back in row ${index + 1}, from ${before} to ${value}: ORDER BY ${name}`],
      ];
    before = value;
  }
  return [];
}

/** A stat shows numbers, or text where it is told to look at all fields. */
function single(panel: BoardPanel, columns: readonly Column[]): readonly Problem[] {
  const reduce = panel.options['reduceOptions'] as { fields?: unknown } | undefined;
  const wanted =
    panel.type === PanelType.stat && typeof reduce?.fields === 'string' && reduce.fields !== ''
      ? [ColumnKind.text, ColumnKind.number, ColumnKind.time]
      : [ColumnKind.number];
  if (columns.some(({ kind }) => (wanted as readonly ColumnKind[]).includes(kind)))
    return notDrawable(columns);
  return [['columns', `needs a column of numbers, and has ${columns.map(described).join(', ') || 'none'}`]];
}

/** Arrays, maps and tuples come out as JSON. */
const notDrawable = (columns: readonly Column[]): readonly Problem[] =>
  columns
    .filter(({ kind }) => kind === ColumnKind.other)
    .map(column => ['columns', `${described(column)} cannot be drawn`] as const);

function notFinite(columns: readonly Column[]): readonly Problem[] {
  return columns.flatMap(({ name, kind, values }): readonly Problem[] => {
    if (kind !== ColumnKind.number) return [];
    const odd = values.filter(value => value !== null && /^[-+]?(?:nan|inf)$/i.test(value)).length;
    return odd === 0
      ? []
      : [
          [
            'not-finite',
            `${name} is NaN or infinite in ${odd} of ${values.length} rows: leave them out with isFinite`,
          ],
        ];
  });
}
