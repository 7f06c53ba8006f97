import { ACTIVE } from '../../runtime/store/kpis/alarm-history.ts';
import type { Color } from '../model.ts';

/** Every alarm as it stood at the end of the range. */
const STATES = `SELECT * FROM alarm_changes WHERE ts <= $__toTime_ms ORDER BY alarm, ts DESC, transition DESC LIMIT 1 BY alarm`;

/** Active and not put aside: what a shifter has to know of. */
export const ACTIVE_ALARMS = `SELECT * FROM (${STATES})
WHERE state IN ${ACTIVE}`;

export const SEVERITIES: Readonly<Record<string, readonly [string, Color]>> = {
  MAJOR: ['MAJOR', 'red'],
  INVALID: ['INVALID', 'purple'],
  MINOR: ['MINOR', 'yellow'],
  NO_ALARM: ['NO_ALARM', 'green'],
};

/** A number per severity, MAJOR the highest; for sorting, and for lanes that a mapping turns back into words. */
export const RANK = "transform(severity, ['MINOR', 'INVALID', 'MAJOR'], [1, 2, 3], 0)";

export const activeAlarms = (most: number): string =>
  `SELECT severity, title, value_text AS value, units, coalesce(raised_at, ts) AS since, state
FROM (${ACTIVE_ALARMS})
ORDER BY ${RANK} DESC, since DESC LIMIT ${most}`;

/** Severity of each alarm that changed within the range, from the state that it brought into it. */
export const severityLanes = `SELECT time, alarm, if(state IN ${ACTIVE}, ${RANK}, 0) AS Value
FROM (
  SELECT * FROM (
    SELECT ts AS time, alarm, state, severity, transition FROM alarm_changes WHERE $__timeFilter_ms(ts)
    UNION ALL
    SELECT $__fromTime_ms AS time, alarm, state, severity, transition FROM alarm_changes
    WHERE ts < $__fromTime_ms AND alarm IN (SELECT alarm FROM alarm_changes WHERE $__timeFilter_ms(ts))
    ORDER BY alarm, ts DESC, transition DESC LIMIT 1 BY alarm
  )
  ORDER BY time DESC, alarm, transition DESC LIMIT 1 BY time, alarm LIMIT 3000
)
ORDER BY time, alarm`;

/** Machine mode from change to change, the one brought into the range first. */
export const modeLane = `SELECT time, mode FROM (
  SELECT ts AS time, mode FROM machine_modes WHERE $__timeFilter_ms(ts)
  UNION ALL
  SELECT $__fromTime_ms AS time, mode FROM machine_modes WHERE ts < $__fromTime_ms ORDER BY ts DESC LIMIT 1
) ORDER BY time LIMIT 2000`;
