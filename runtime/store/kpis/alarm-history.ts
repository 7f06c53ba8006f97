import type { KpiScope } from './kpi.ts';

/** Something is wrong now and people are to know. */
export const ACTIVE = `('unacknowledged', 'acknowledged')`;

/**
 * A change that puts an alarm before the operator: what the standards call annunciated, and what they count. Also one
 * that comes back from being suppressed or shelved, and one that grows worse after it was acknowledged; not one whose
 * acknowledgement is taken back.
 */
export const RAISED = `(state = 'unacknowledged' AND state_before != 'unacknowledged'
  AND NOT (state_before = 'acknowledged' AND cause = 'command'))`;

/** Somebody has acknowledged it. */
export const ACKNOWLEDGED = `(cause = 'command' AND (state_before, state) IN (
  ('unacknowledged', 'acknowledged'), ('returned-unacknowledged', 'normal'),
  ('latched-unacknowledged', 'latched-acknowledged')))`;

export const inScope = ({ from, to, where = '1' }: KpiScope): string =>
  `ts >= ${from} AND ts < ${to} AND (${where})`;

/**
 * How long each alarm was in each state: one row per stay, cut at the ends of the range. The state that an alarm
 * brought into the range counts from the begin.
 */
export const stays = ({ from, to, where = '1' }: KpiScope): string => `(
  SELECT alarm, state, state_before, raised_at, peak, mode, greatest(ts, ${from}) AS began, least(next, ${to}) AS ended
  FROM (
    SELECT alarm, state, state_before, raised_at, peak, mode, ts,
      leadInFrame(ts, 1, toDateTime64(${to}, 6, 'UTC')) OVER (
        PARTITION BY alarm ORDER BY ts, transition ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
    FROM (
      SELECT alarm, state, state_before, raised_at, peak, mode, ts, transition FROM alarm_changes
      WHERE ${inScope({ from, to, where })}
      UNION ALL
      SELECT alarm, state, state_before, raised_at, peak, mode, ts, transition FROM alarm_changes
      WHERE ts < ${from} AND (${where}) ORDER BY alarm, ts DESC, transition DESC LIMIT 1 BY alarm
    )
  )
)`;

/**
 * From when to when each alarm was active without a break, acknowledged or not: one row per episode, cut at the ends of
 * the range; `since` is its true begin.
 */
export const episodes = (scope: KpiScope): string => `(
  SELECT alarm, min(since) AS since, min(began) AS began, max(ended) AS ended, any(mode) AS mode
  FROM (
    SELECT alarm, coalesce(raised_at, began) AS since, began, ended, mode, state,
      sum(state IN ${ACTIVE} AND state_before NOT IN ${ACTIVE}) OVER (
        PARTITION BY alarm ORDER BY began, ended ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode
    FROM ${stays(scope)}
  )
  WHERE state IN ${ACTIVE}
  GROUP BY alarm, episode
)`;
