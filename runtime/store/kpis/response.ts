import { ACKNOWLEDGED, inScope, RAISED } from './alarm-history.ts';
import { type Kpi, micro } from './kpi.ts';

export const timeToAcknowledge: Kpi = {
  name: 'time-to-acknowledge',
  title: 'Time to acknowledge',
  target: '',
  columns: {
    severity: 'worst that it had; empty: all together',
    acknowledged: 'how many',
    p50_s: 'seconds from raising',
    p90_s: 'seconds',
    longest_s: 'seconds',
  },
  sql: scope => `SELECT
  peak AS severity, toUInt64(count()) AS acknowledged,
  quantileExactInclusive(0.5)(waited) AS p50_s, quantileExactInclusive(0.9)(waited) AS p90_s, max(waited) AS longest_s
FROM (
  SELECT toString(peak) AS peak, (${micro('ts')} - ${micro('raised_at')}) / 1e6 AS waited
  FROM alarm_changes WHERE ${ACKNOWLEDGED} AND raised_at IS NOT NULL AND ${inScope(scope)}
)
GROUP BY ROLLUP (peak) HAVING acknowledged > 0 ORDER BY severity = '', severity`,
};

export const noticeRate: Kpi = {
  name: 'notice-rate',
  title: 'Notices per channel',
  target: 'one a minute and channel, also in a flood (ours)',
  columns: {
    channel: '',
    notices: 'messages decided on; edits of an earlier message are not among them',
    edits: '',
    alarms_told: 'transitions that the messages and edits account for',
    most_per_minute: 'most messages within any minute',
  },
  sql: scope => `SELECT
  channel, toUInt64(countIf(NOT edit)) AS notices, toUInt64(countIf(edit)) AS edits,
  toUInt64(sum(told)) AS alarms_told, toUInt64(max(near)) AS most_per_minute
FROM (
  SELECT channel, edit, told, sum(NOT edit) OVER (
    PARTITION BY channel ORDER BY us RANGE BETWEEN 59999999 PRECEDING AND CURRENT ROW) AS near
  FROM (
    SELECT channel, edits != '' AS edit, length(accounts_for) AS told, ${micro('ts')} AS us FROM notices
    WHERE ts >= ${scope.from} AND ts < ${scope.to}
  )
)
GROUP BY channel ORDER BY channel`,
};

/** Notices that tell of an alarm may come this long after it was raised. */
const LOOK_AHEAD = 'INTERVAL 1 DAY';

export const timeToNotice: Kpi = {
  name: 'time-to-notice',
  title: 'From the device to the channel',
  target: '99 % within 2 s (ours)',
  columns: {
    channel: '',
    alarms: 'raised by a reading, and sent',
    p50_ms: "from the device's time stamp to the channel's answer",
    p90_ms: '',
    p99_ms: '',
    intake_p50_ms: 'of it: from the device to JetStream',
    decide_p50_ms: 'until the alarm change was stored',
    notice_p50_ms: 'until the notice was stored',
    send_p50_ms: 'until the channel had taken it',
  },
  sql: ({ from, to, where = '1' }) => {
    const ms = (name: string, begin: string, end: string, level = 0.5) =>
      `quantileExactInclusive(${level})((${micro(end)} - ${micro(begin)}) / 1e3) AS ${name}`;
    return `SELECT
  channel, toUInt64(count()) AS alarms,
  ${ms('p50_ms', 'taken', 'sent')}, ${ms('p90_ms', 'taken', 'sent', 0.9)}, ${ms('p99_ms', 'taken', 'sent', 0.99)},
  ${ms('intake_p50_ms', 'taken', 'changed')}, ${ms('decide_p50_ms', 'changed', 'changed_stored')},
  ${ms('notice_p50_ms', 'changed_stored', 'noticed')}, ${ms('send_p50_ms', 'noticed', 'sent')}
FROM (
  SELECT n.channel AS channel, c.alarm, c.transition, any(c.taken) AS taken, any(c.ts) AS changed,
    any(c.stored_at) AS changed_stored, argMin(n.stored_at, o.ts) AS noticed, min(o.ts) AS sent
  FROM (
    SELECT toString(alarm) AS alarm, transition, assumeNotNull(event_ts) AS taken, ts, stored_at FROM alarm_changes
    WHERE ${RAISED} AND event_ts IS NOT NULL AND ${inScope({ from, to, where })}
  ) AS c
  INNER JOIN (
    SELECT channel, number, stored_at, told.alarm AS alarm, told.transition AS transition
    FROM notices ARRAY JOIN accounts_for AS told
    WHERE ts >= ${from} AND ts < ${to} + ${LOOK_AHEAD}
  ) AS n ON n.alarm = c.alarm AND n.transition = c.transition
  INNER JOIN (
    SELECT channel, number, ts FROM notice_outcomes
    WHERE result = 'sent' AND ts >= ${from} AND ts < ${to} + ${LOOK_AHEAD}
  ) AS o ON o.channel = n.channel AND o.number = n.number
  GROUP BY channel, c.alarm, c.transition
)
GROUP BY channel ORDER BY channel`;
  },
};
