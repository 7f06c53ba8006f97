/**
 * One figure by which an alarm system is judged, as SQL. Stated here once; tests, documents and dashboards take it from
 * here. The figures and their targets are those of IEC 62682 and ISA-18.2 (their clauses on monitoring and assessment)
 * unless a KPI says otherwise; the standards themselves are not open, so the numbers stand as they are commonly quoted.
 */
export interface Kpi {
  /** e.g. `alarm-floods`; names the file, the row in `docs/alarm-kpis.md` and the panel. */
  readonly name: string;
  readonly title: string;
  /** What is good, in a few words; empty where nobody has set a figure. */
  readonly target: string;
  /** What the columns are, for people. */
  readonly columns: Readonly<Record<string, string>>;
  sql(scope: KpiScope): string;
}

/** What a KPI is taken over. All three are SQL expressions, so that Grafana's macros fit too. */
export interface KpiScope {
  /** Begin, a DateTime64, e.g. `$__fromTime`. */
  readonly from: string;
  /** End, not included. */
  readonly to: string;
  /** Which alarms, as a condition on the columns of `alarm_changes`, e.g. `has(audience, 'shifter')`. */
  readonly where?: string;
}

/** A moment as a KPI's expression; milliseconds since 1970. */
export const kpiTime = (ms: number): string => `fromUnixTimestamp64Milli(${Math.round(ms)}, 'UTC')`;

/** Length of the range in seconds. */
export const seconds = ({ from, to }: KpiScope): string => `(${micro(to)} - ${micro(from)}) / 1e6`;

/** A DateTime64 of any precision as microseconds since 1970. */
export const micro = (expression: string): string =>
  `toUnixTimestamp64Micro(toDateTime64(${expression}, 6, 'UTC'))`;
