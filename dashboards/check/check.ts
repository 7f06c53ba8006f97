import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Store } from '../../runtime/store/connection.ts';
import { expandQuery } from '../expand/expand.ts';
import { intervalMs, intervalOf } from '../expand/interval.ts';
import type { TimeRange } from '../expand/time-range.ts';
import type { Variable } from '../expand/variables.ts';
import type { Board, BoardPanel, BoardVariable } from '../read-board.ts';
import type { Finding, Rule } from './finding.ts';
import { isSilent, lint, placeOf } from './lint.ts';
import { resolve } from './resolve.ts';
import { ColumnKind, type Result } from './result.ts';
import { QueryRefused, type Run, runQuery } from './run.ts';
import { judge } from './shape.ts';

export interface CheckOptions {
  readonly range: TimeRange;
  /** Rows a query may give; more are a finding. */
  readonly mostRows: number;
  /** A query that takes longer is a finding. */
  readonly slowMs: number;
  /** Nothing in a panel is fine: the store may be empty. */
  readonly allowEmpty: boolean;
  readonly signal: AbortSignal;
}

/** One query and what it took. */
export interface Timing {
  readonly board: string;
  readonly place: string;
  readonly target: string;
  readonly ms: number;
  readonly rows: number;
  readonly readRows: number | undefined;
}

export interface BoardReport {
  readonly findings: readonly Finding[];
  readonly timings: readonly Timing[];
}

/** Width of a screen, in pixels: how many points a panel of 24 columns draws. */
const SCREEN_PIXELS = 1_800;

/**
 * Judges a board as written, then runs everything it asks for as Grafana would.
 * @throws SpillwayError STORE_AWAY when there is no store to run it on
 */
export async function checkBoard(
  store: Store,
  board: Board,
  name: string,
  options: CheckOptions,
): Promise<BoardReport> {
  const check = new BoardCheck(store, name, options);
  check.findings.push(...lint(board, name));
  for (const variable of board.variables) await check.variable(variable);
  for (const annotation of board.annotations) {
    const sql = annotation.target?.rawSql ?? annotation.rawQuery ?? '';
    if (annotation.enable && sql !== '') await check.annotation(annotation.name, sql);
  }
  for (const panel of board.panels) if (!isSilent(panel)) await check.panel(panel);
  return { findings: check.findings, timings: check.timings };
}

class BoardCheck {
  readonly findings: Finding[] = [];
  readonly timings: Timing[] = [];
  readonly #store: Store;
  readonly #name: string;
  readonly #options: CheckOptions;
  readonly #variables = new Map<string, Variable>();

  constructor(store: Store, name: string, options: CheckOptions) {
    this.#store = store;
    this.#name = name;
    this.#options = options;
  }

  async variable(variable: BoardVariable): Promise<void> {
    const place = `variable ${variable.name}`;
    let options: readonly string[] = [];
    if (variable.type === 'query') {
      const run = await this.#run(place, 'variable', variable.query, SCREEN_PIXELS);
      if (!run) return;
      options = run.result.columns[0]?.values.filter(value => value !== null) ?? [];
      if (options.length === 0 && !this.#options.allowEmpty)
        this.#find('variable', 'its query gives no values', place);
    }
    const resolved = resolve(variable, options);
    if (resolved) this.#variables.set(variable.name, resolved);
    else if (variable.type !== 'adhoc' && !this.#options.allowEmpty)
      this.#find('variable', 'has no value', place);
  }

  async annotation(name: string, sql: string): Promise<void> {
    const place = `annotation ${name}`;
    const run = await this.#run(place, 'annotation', sql, SCREEN_PIXELS);
    if (!run) return;
    const kinds = new Map(run.result.columns.map(({ name: column, kind }) => [column, kind]));
    if (kinds.get('time') !== ColumnKind.time) this.#find('columns', 'needs a column time', place);
    if (kinds.get('text') !== ColumnKind.text) this.#find('columns', 'needs a column text', place);
    const end = kinds.get('timeEnd');
    if (end !== undefined && end !== ColumnKind.time)
      this.#find('columns', 'its column timeEnd is no time', place);
    if (run.result.cut) this.#find('too-many-rows', `gives more than ${this.#options.mostRows} rows`, place);
  }

  async panel(panel: BoardPanel): Promise<void> {
    const place = placeOf(panel);
    const points = panel.maxDataPoints || Math.round((SCREEN_PIXELS * (panel.gridPos?.w ?? 24)) / 24);
    for (const target of panel.targets) {
      if (target.hide || target.rawSql.trim() === '') continue;
      const run = await this.#run(place, target.refId, target.rawSql, points, panel.interval ?? undefined);
      if (run) this.#judge(panel, run.result, place, target.refId);
    }
  }

  #judge(panel: BoardPanel, result: Result, place: string, target: string): void {
    for (const [rule, message] of judge(panel, result, this.#options.mostRows))
      if (rule !== 'no-rows' || !this.#options.allowEmpty) this.#find(rule, message, place, target);
  }

  /** Undefined when it could not be run, which is then a finding. */
  async #run(
    place: string,
    target: string,
    sql: string,
    points: number,
    least?: string,
  ): Promise<Run | undefined> {
    const { range, mostRows, slowMs, signal } = this.#options;
    try {
      const expanded = expandQuery(sql, {
        ...range,
        intervalMs: intervalOf(
          range.toMs - range.fromMs,
          points,
          least === undefined ? 1 : intervalMs(least),
        ),
        variables: this.#variables,
      });
      const run = await runQuery(this.#store, expanded, mostRows, signal);
      const { ms, readRows, result } = run;
      this.timings.push({ board: this.#name, place, target, ms, rows: result.rows, readRows });
      if (ms > slowMs) this.#find('slow', `took ${Math.round(ms)} ms, more than ${slowMs}`, place, target);
      return run;
    } catch (error) {
      if (error instanceof QueryRefused) this.#find('query', firstLine(error.message), place, target);
      else if (error instanceof SpillwayError && error.code === 'QUERY_INVALID')
        this.#find('expand', error.message, place, target);
      else throw asSpillwayError(error);
      return undefined;
    }
  }

  #find(rule: Rule, message: string, place: string, target?: string): void {
    const known = target !== undefined && target !== 'variable' && target !== 'annotation';
    this.findings.push({ board: this.#name, place, ...(known && { target }), rule, message });
  }
}

/** ClickHouse explains at length. */
const firstLine = (text: string): string => {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
};
