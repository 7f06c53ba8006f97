import { episodes, inScope, RAISED } from './alarm-history.ts';
import { type Kpi, micro } from './kpi.ts';

/** So many within a minute make an alarm a chattering one. */
const CHATTER = 3;
/** An alarm that is over sooner gave nobody time to look. */
const FLEETING_SECONDS = 10;
const STALE_HOURS = 24;

export const chatteringAlarms: Kpi = {
  name: 'chattering-alarms',
  title: 'Chattering alarms',
  target: 'none: give them a dead band, an off-delay or a count',
  columns: {
    alarm: '',
    most_per_minute: 'most raises within any minute',
    raises: 'raised in the range',
    chattered: `raises that were at least the third within a minute`,
    last: 'when it chattered last',
  },
  sql: scope => `SELECT
  alarm, toUInt64(max(near)) AS most_per_minute, toUInt64(count()) AS raises,
  toUInt64(countIf(near >= ${CHATTER})) AS chattered, maxIf(ts, near >= ${CHATTER}) AS last
FROM (
  SELECT alarm, ts, count() OVER (
    PARTITION BY alarm ORDER BY us RANGE BETWEEN 59999999 PRECEDING AND CURRENT ROW) AS near
  FROM (SELECT alarm, ts, ${micro('ts')} AS us FROM alarm_changes WHERE ${RAISED} AND ${inScope(scope)})
)
GROUP BY alarm HAVING most_per_minute >= ${CHATTER} ORDER BY chattered DESC, alarm`,
};

export const fleetingAlarms: Kpi = {
  name: 'fleeting-alarms',
  title: 'Fleeting alarms',
  target: 'none: give them an on-delay or a count; the ten seconds are ours',
  columns: {
    alarm: '',
    fleeting: `times that it was over within ${FLEETING_SECONDS} s`,
    episodes: 'times that it was active',
    shortest_s: 'seconds',
  },
  sql: scope => `SELECT
  alarm, toUInt64(countIf(lasted < ${FLEETING_SECONDS})) AS fleeting, toUInt64(count()) AS episodes,
  min(lasted) AS shortest_s
FROM (
  SELECT alarm, (${micro('ended')} - ${micro('since')}) / 1e6 AS lasted
  FROM ${episodes(scope)} WHERE ended < ${scope.to}
)
GROUP BY alarm HAVING fleeting > 0 ORDER BY fleeting DESC, alarm`,
};

export const staleAlarms: Kpi = {
  name: 'stale-alarms',
  title: 'Stale alarms',
  target: 'fewer than 5 on any day, each with a plan',
  columns: {
    alarm: '',
    since: `active for more than ${STALE_HOURS} hours`,
    hours: 'how long, until it was over or the range ended',
    still: 'whether it still is',
  },
  sql: scope => `SELECT
  alarm, since, (${micro('ended')} - ${micro('since')}) / 3.6e9 AS hours, toBool(ended >= ${scope.to}) AS still
FROM ${episodes(scope)} WHERE hours > ${STALE_HOURS} ORDER BY hours DESC, alarm`,
};
