import { QUOTING } from '../expand/formats.ts';
import { variablesIn } from '../expand/variables.ts';
import { PanelType } from '../model.ts';
import type { Board, BoardDataSource, BoardPanel } from '../read-board.ts';
import type { Finding, Rule } from './finding.ts';

/** Panels that ask the store for nothing. */
const SILENT: ReadonlySet<string> = new Set(['row', 'text', 'dashlist', 'news', 'welcome']);
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(PanelType),
  'gauge',
  'bargauge',
  'piechart',
  'barchart',
  ...SILENT,
]);
/** Their values cannot have one unit. */
const UNITLESS: ReadonlySet<string> = new Set(['table']);

export const isSilent = ({ type }: BoardPanel): boolean => SILENT.has(type);

/** How findings name a panel. */
export const placeOf = ({ title, id, type }: BoardPanel): string =>
  `panel ${title === '' ? `of type ${type}` : `"${title}"`}${id ? ` (${id})` : ''}`;

/** What can be seen without running anything. */
export function lint(board: Board, name: string): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (rule: Rule, message: string, place?: string, target?: string) =>
    findings.push({
      board: name,
      rule,
      message,
      ...(place !== undefined && { place }),
      ...(target !== undefined && { target }),
    });

  if (!board.uid) find('uid', 'has no uid');
  if (board.timezone !== undefined && !['utc', 'UTC'].includes(board.timezone))
    find('utc', `shows times as "${board.timezone}", not utc`);
  const settable = new Set(
    board.variables
      .filter(({ type }) => type === 'query' || type === 'textbox' || type === 'adhoc')
      .map(({ name }) => name),
  );
  for (const panel of board.panels) lintPanel(panel, settable, find);
  lintIds(board, find);
  lintOverlap(board, find);
  for (const variable of board.variables) {
    if (variable.type === 'query' && !usesVariable(variable.datasource))
      find('data-source', 'names a certain data source', `variable ${variable.name}`);
  }
  for (const { name: annotation, datasource } of board.annotations)
    if (!usesVariable(datasource))
      find('data-source', 'names a certain data source', `annotation ${annotation}`);
  return findings;
}

type Find = (rule: Rule, message: string, place?: string, target?: string) => void;

function lintPanel(panel: BoardPanel, settable: ReadonlySet<string>, find: Find): void {
  const place = placeOf(panel);
  if (!KNOWN.has(panel.type)) find('panel-type', `type ${panel.type} is not known here`, place);
  if (isSilent(panel)) return;
  if (panel.title.trim() === '') find('title', 'has no title', place);
  if (panel.description.trim() === '') find('description', 'has no description', place);
  const { unit } = panel.fieldConfig.defaults;
  if (unit === undefined && !UNITLESS.has(panel.type)) find('unit', 'has no unit', place);
  if (panel.targets.length === 0) find('no-target', 'asks for nothing', place);
  if (!usesVariable(panel.datasource)) find('data-source', 'names a certain data source', place);
  for (const target of panel.targets) {
    if (target.rawSql.trim() === '') find('empty-target', 'has no query', place, target.refId);
    if (target.datasource && !usesVariable(target.datasource))
      find('data-source', 'names a certain data source', place, target.refId);
    for (const [name, formats] of variablesIn(target.rawSql))
      if (
        settable.has(name) &&
        [...formats].some(format => !format || !QUOTING.has(format)) &&
        !onlyConditional(target.rawSql, name)
      )
        find(
          'bare-variable',
          `$${name} stands in the query unquoted: write \${${name}:singlequote}`,
          place,
          target.refId,
        );
  }
}

/** The second argument of `$__conditionalAll` has to be bare, and never reaches the store. */
const onlyConditional = (sql: string, name: string): boolean => {
  const rest = sql.replaceAll(new RegExp(String.raw`,\s*\$\{?${name}\}?\s*\)`, 'g'), ')');
  return [...(variablesIn(rest).get(name) ?? [])].every(
    format => format !== undefined && QUOTING.has(format),
  );
};

function lintIds({ panels }: Board, find: Find): void {
  const seen = new Map<number, BoardPanel>();
  for (const panel of panels) {
    if (!panel.id) {
      if (!isSilent(panel)) find('unique-ids', 'has no id', placeOf(panel));
      continue;
    }
    const other = seen.get(panel.id);
    if (other) find('unique-ids', `has the id of ${placeOf(other)}`, placeOf(panel));
    seen.set(panel.id, panel);
  }
}

function lintOverlap({ panels }: Board, find: Find): void {
  const placed = panels.filter(({ type }) => type !== 'row');
  for (const [index, panel] of placed.entries())
    for (const other of placed.slice(0, index)) {
      const [a, b] = [panel.gridPos, other.gridPos];
      if (a && b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        find('overlap', `lies on ${placeOf(other)}`, placeOf(panel));
    }
}

/** `${datasource}`, `$ds`, or `${DS_STORE}` of an exported board. */
const usesVariable = (source: BoardDataSource | null | undefined): boolean => {
  const uid = typeof source === 'string' ? source : source?.uid;
  return uid !== undefined && uid !== null && uid.startsWith('$');
};
