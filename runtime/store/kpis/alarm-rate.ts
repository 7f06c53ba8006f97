import { inScope, RAISED } from './alarm-history.ts';
import { type Kpi, type KpiScope, seconds } from './kpi.ts';

/** Raised alarms in fixed periods that have any, for plots. */
export const alarmsPerPeriod = (scope: KpiScope, periodSeconds: number): string =>
  `SELECT toStartOfInterval(ts, INTERVAL ${periodSeconds} SECOND) AS period, toUInt32(count()) AS alarms
FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)} GROUP BY period ORDER BY period`;

const overPeriods = (scope: KpiScope, periodSeconds: number, most: number): string =>
  `(SELECT countIf(alarms > ${most}) FROM (${alarmsPerPeriod(scope, periodSeconds)}))
    / greatest(1, ceil(${seconds(scope)} / ${periodSeconds}))`;

export const alarmRate: Kpi = {
  name: 'alarm-rate',
  title: 'Alarms raised',
  target: '144 a day, 6 an hour, 1 in 10 min acceptable; twice that is the most that can be managed',
  columns: {
    alarms: 'raised in the range',
    per_day: 'mean',
    per_hour: 'mean',
    per_10min: 'mean',
    hours_over_30: 'share of hours with more than 30; target below 0.01',
    periods_over_10: 'share of 10-minute periods with more than 10; target below 0.01',
  },
  sql: scope => `SELECT
  toUInt64(count()) AS alarms,
  count() / (${seconds(scope)}) * 86400 AS per_day,
  count() / (${seconds(scope)}) * 3600 AS per_hour,
  count() / (${seconds(scope)}) * 600 AS per_10min,
  ${overPeriods(scope, 3600, 30)} AS hours_over_30,
  ${overPeriods(scope, 600, 10)} AS periods_over_10
FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)}`,
};
