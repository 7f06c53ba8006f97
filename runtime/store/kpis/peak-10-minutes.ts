import { inScope, RAISED } from './alarm-history.ts';
import { type Kpi, micro } from './kpi.ts';

const WINDOW_US = 600_000_000;

export const peak10Minutes: Kpi = {
  name: 'peak-10-minutes',
  title: 'Most alarms in 10 minutes',
  target: '10 or fewer',
  columns: { peak: 'alarms within any 10 minutes, wherever they begin', at: 'raising of the last of them' },
  sql: scope => `SELECT toUInt64(max(alarms)) AS peak, argMax(ts, alarms) AS at
FROM (
  SELECT ts, count() OVER (ORDER BY us RANGE BETWEEN ${WINDOW_US - 1} PRECEDING AND CURRENT ROW) AS alarms
  FROM (SELECT ts, ${micro('ts')} AS us FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)})
)`,
};
