import { episodes, inScope, RAISED, stays } from './alarm-history.ts';
import { type Kpi, micro, seconds } from './kpi.ts';

export const topTen: Kpi = {
  name: 'top-ten',
  title: 'The ten most frequent alarms',
  target: 'together below 0.05 of all',
  columns: {
    alarm: '',
    raises: '',
    share: 'of all that were raised',
    together: 'share of it and those above',
  },
  sql: scope => `SELECT
  alarm, toUInt64(raises) AS raises, raises / total AS share,
  sum(raises) OVER (ORDER BY raises DESC, alarm ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) / total AS together
FROM (
  SELECT alarm, count() AS raises, sum(raises) OVER () AS total
  FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)} GROUP BY alarm
)
ORDER BY raises DESC, alarm LIMIT 10`,
};

export const priorities: Kpi = {
  name: 'priorities',
  title: 'Alarms by severity',
  target: '0.80 / 0.15 / 0.05, the lowest first',
  columns: {
    severity: 'when it was raised',
    raises: '',
    share: 'of all that were raised',
    target: 'INVALID, which says that a value cannot be trusted, takes the place of the rarest priority',
  },
  sql: scope => `SELECT
  severity, toUInt64(count()) AS raises, count() / sum(count()) OVER () AS share,
  multiIf(severity = 'MINOR', 0.8, severity = 'MAJOR', 0.15, severity = 'INVALID', 0.05, 0) AS target
FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)}
GROUP BY severity ORDER BY target DESC`,
};

export const timeInAlarm: Kpi = {
  name: 'time-in-alarm',
  title: 'Time in alarm',
  target: '',
  columns: {
    alarm: '',
    episodes: 'times that it was active',
    active_s: 'seconds, all together, within the range',
    longest_s: 'seconds, within the range',
    share: 'of the range',
  },
  sql: scope => `SELECT
  alarm, toUInt64(count()) AS episodes, sum(lasted) AS active_s, max(lasted) AS longest_s,
  active_s / (${seconds(scope)}) AS share
FROM (SELECT alarm, (${micro('ended')} - ${micro('began')}) / 1e6 AS lasted FROM ${episodes(scope)})
GROUP BY alarm ORDER BY active_s DESC, alarm`,
};

export const setAside: Kpi = {
  name: 'set-aside',
  title: 'Alarms shelved, suppressed, out of service',
  target: 'none without a reason; look at each at the change of shift',
  columns: {
    state: '',
    alarms: 'that were in it at any time',
    now: 'in it at the end of the range',
    hours: 'of all alarms together',
    share: 'of the time of all alarms that the rules define',
  },
  sql: scope => `SELECT
  state, toUInt64(uniqExact(alarm)) AS alarms, toUInt64(uniqExactIf(alarm, ended >= ${scope.to})) AS now,
  sum(${micro('ended')} - ${micro('began')}) / 3.6e9 AS hours,
  hours * 3600 / (${seconds(scope)}) / greatest(1, coalesce(
    nullIf((SELECT argMax(alarms, ts) FROM alarm_rules WHERE ts < ${scope.to}), 0), alarms)) AS share
FROM ${stays(scope)}
WHERE state IN ('shelved', 'suppressed', 'out-of-service')
GROUP BY state ORDER BY state`,
};
