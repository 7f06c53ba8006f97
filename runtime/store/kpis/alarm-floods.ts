import { RAISED } from './alarm-history.ts';
import { type Kpi, type KpiScope, micro, seconds } from './kpi.ts';

/** A flood begins with more than so many alarms in 10 minutes, and ends with fewer than so many. */
const BEGINS = 10;
const ENDS = 5;

/** A flood that began before the range is found when it is not older than this. */
const LOOK_BACK = 'INTERVAL 1 DAY';

/**
 * Every alarm adds one when it is raised and takes one away ten minutes later; the running sum is the number within the
 * last ten minutes at that moment. Between the two limits whatever was, goes on.
 */
const floods = ({ from, to, where = '1' }: KpiScope): string => `(
  SELECT
    greatest(min(at), ${micro(from)}) AS began_us, least(max(next), ${micro(to)}) AS ended_us,
    sumIf(raised, at >= ${micro(from)}) AS alarms, max(within) AS peak
  FROM (
    SELECT at, next, raised, within, flooded, sum(flooded != before) OVER (ORDER BY at) AS period
    FROM (
      SELECT *, lagInFrame(flooded, 1, toUInt8(0)) OVER (ORDER BY at) AS before
      FROM (
        SELECT at, raised, within,
          leadInFrame(at, 1, ${micro(to)}) OVER (ORDER BY at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next,
          coalesce(anyLast(multiIf(within > ${BEGINS}, 1, within < ${ENDS}, 0, NULL)) OVER (
            ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), 0) AS flooded
        FROM (
          SELECT at, raised, sum(change) OVER (ORDER BY at) AS within
          FROM (
            SELECT at, sum(one) AS change, countIf(one = 1) AS raised
            FROM (
              SELECT ${micro('ts')} AS us, arrayJoin([(us, 1), (us + 600000000, -1)]) AS step,
                step.1 AS at, step.2 AS one
              FROM alarm_changes
              WHERE ${RAISED} AND ts >= ${from} - ${LOOK_BACK} AND ts < ${to} AND (${where})
            )
            GROUP BY at
          )
        )
      )
    )
  )
  WHERE flooded
  GROUP BY period
  HAVING ended_us > began_us
)`;

export const alarmFloods: Kpi = {
  name: 'alarm-floods',
  title: 'Alarm floods',
  target: 'none; each is worth a look',
  columns: {
    began: 'when the 11th alarm within 10 minutes was raised',
    ended: 'when fewer than 5 were left within 10 minutes, or the end of the range',
    minutes: 'how long it lasted',
    alarms: 'raised meanwhile',
    peak: 'most within 10 minutes',
  },
  sql: scope => `SELECT
  fromUnixTimestamp64Micro(began_us, 'UTC') AS began, fromUnixTimestamp64Micro(ended_us, 'UTC') AS ended,
  (ended_us - began_us) / 6e7 AS minutes, toUInt64(alarms) AS alarms, toUInt64(peak) AS peak
FROM ${floods(scope)} ORDER BY began`,
};

export const floodShare: Kpi = {
  name: 'flood-share',
  title: 'Share of time in flood',
  target: 'below 0.01',
  columns: { floods: 'how many', share: 'of the range' },
  sql: scope => `SELECT toUInt64(count()) AS floods, sum(ended_us - began_us) / 1e6 / (${seconds(scope)}) AS share
FROM ${floods(scope)}`,
};
